package dev.annulus.kv.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records how much of the write-ahead log has been synced. On opening, this tells a truncated or
 * damaged log from one that lost its unsynced tail in a machine crash; RocksDB opens both silently.
 * The file {@code SYNCED} holds the log's name and length. It is not synced itself: a stale mark
 * only detects less. Not thread-safe.
 */
final class SyncMark {
  private static final String FILE = "SYNCED";
  private static final Pattern WORDS = Pattern.compile("([0-9]+\\.log) +([0-9]{1,18})\\s+");

  private final Path directory;

  SyncMark(Path directory) {
    this.directory = directory;
  }

  /**
   * A write-ahead log file.
   *
   * @param file its name
   * @param length in bytes
   */
  record Log(String file, long length) {}

  /** The current log with its current length; null if there is none. */
  @Nullable Log newest() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Optional<Path> newest =
          files
              .filter(file -> file.getFileName().toString().matches("[0-9]+\\.log"))
              .max(Comparator.comparing(file -> file.getFileName().toString()));
      return newest.isEmpty()
          ? null
          : new Log(newest.get().getFileName().toString(), Files.size(newest.get()));
    }
  }

  /** Records that a log has been synced. */
  void write(@Nullable Log log) throws IOException {
    if (log != null) {
      // Fixed length, written in one piece.
      Files.write(
          directory.resolve(FILE),
          "%-40s %20d%n".formatted(log.file(), log.length()).getBytes(US_ASCII));
    }
  }

  /** Describes the missing part of the log that was synced last; null if it is complete. */
  @Nullable String missing() throws IOException {
    Log synced = read();
    if (synced == null) {
      return null;
    }
    Path file = directory.resolve(synced.file());
    // A deleted log had been flushed to table files completely.
    if (!Files.exists(file) || Files.size(file) >= synced.length()) {
      return null;
    }
    return "%s has %d bytes, but %d had been synced"
        .formatted(synced.file(), Files.size(file), synced.length());
  }

  private @Nullable Log read() throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    Matcher words = WORDS.matcher(new String(Files.readAllBytes(file), US_ASCII));
    return words.matches() ? new Log(words.group(1), Long.parseLong(words.group(2))) : null;
  }
}
