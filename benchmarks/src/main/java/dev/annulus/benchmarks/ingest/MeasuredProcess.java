package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A measured process, with its usage as reported by Linux. */
public final class MeasuredProcess implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  private final Process process;
  private final Path directory;

  /**
   * Starts it.
   *
   * @param directory for its data and its {@code output.log}
   */
  public MeasuredProcess(List<String> command, Path directory) throws IOException {
    this.directory = directory;
    this.process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its output. */
  public Path log() {
    return directory.resolve("output.log");
  }

  /** CPU time of all its threads so far, seconds. */
  public double cpuSeconds() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident memory in MiB: current and peak. */
  public long[] residentMiB() {
    return new long[] {status("VmRSS:"), status("VmHWM:")};
  }

  private long status(String key) {
    return read("status")
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
        .findFirst()
        .orElse(0);
  }

  /** Disk usage of a folder in its directory, bytes. */
  long diskBytes(String folder) {
    Path root = directory.resolve(folder);
    try (Stream<Path> files = Files.walk(root)) {
      return files.mapToLong(MeasuredProcess::blocks).sum();
    } catch (IOException | UncheckedIOException e) {
      return -1;
    }
  }

  private static long blocks(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0; // deleted concurrently
    }
  }

  private String read(String what) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), what));
    } catch (IOException e) {
      throw new UncheckedIOException("the process has ended; see output.log in " + directory, e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
