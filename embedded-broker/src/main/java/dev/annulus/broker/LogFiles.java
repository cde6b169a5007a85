package dev.annulus.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the sizes of log segments from the broker's directory; no client API returns them by
 * offset.
 */
final class LogFiles {
  private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");

  private LogFiles() {}

  /** The live segments of a partition by ascending offset; empty if it has no directory. */
  static List<LogSegment> of(Path dataDir, String topic, int partition) {
    Path directory = dataDir.resolve(topic + "-" + partition);
    List<LogSegment> segments = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.log")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (SEGMENT.matcher(name).matches()) {
          segments.add(new LogSegment(Long.parseLong(name.substring(0, 20)), sizeIfThere(file)));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    segments.sort(Comparator.comparingLong(LogSegment::baseOffset));
    return segments;
  }

  /** A file may be deleted after the listing. */
  private static long sizeIfThere(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
