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
 * Remembers how much of the write-ahead log had been forced to disk, so that an opening can tell a
 * log that was cut or damaged from one whose last second the machine took with it: RocksDB opens
 * both without a word. The file {@code SYNCED} holds the log's name and length; it is not itself
 * forced to disk, since an older one only notices less. Not thread-safe.
 */
final class SyncMark {
  private static final String FILE = "SYNCED";
  private static final Pattern WORDS = Pattern.compile("([0-9]+\\.log) +([0-9]{1,18})\\s+");

  private final Path directory;

  SyncMark(Path directory) {
    this.directory = directory;
  }

  /**
   * A write-ahead log.
   *
   * @param file its name
   * @param length in bytes
   */
  record Log(String file, long length) {}

  /** The log that is written to now, as long as it is now; null if there is none. */
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

  /** Records that a log has been forced to disk. */
  void write(@Nullable Log log) throws IOException {
    if (log != null) {
      // Of one length, and written in one piece.
      Files.write(
          directory.resolve(FILE),
          "%-40s %20d%n".formatted(log.file(), log.length()).getBytes(US_ASCII));
    }
  }

  /** What is missing of the log that was forced to disk last; null if nothing is. */
  @Nullable String missing() throws IOException {
    Log synced = read();
    if (synced == null) {
      return null;
    }
    Path file = directory.resolve(synced.file());
    // One that is gone had all been brought into tables.
    if (!Files.exists(file) || Files.size(file) >= synced.length()) {
      return null;
    }
    return "%s has %d bytes, of which %d had been forced to disk"
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
