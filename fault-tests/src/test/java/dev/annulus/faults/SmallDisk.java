package dev.annulus.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A disk of its own, in memory, that can be filled to its last byte. */
final class SmallDisk implements AutoCloseable {
  private static final byte[] PIECE = new byte[4 << 10];

  private final Path directory;
  private final Path ballast;

  private SmallDisk(Path directory) {
    this.directory = directory;
    this.ballast = directory.resolve("ballast");
  }

  /** Mounts one; where that is not allowed the test is skipped, with the reason. */
  static SmallDisk at(Path directory, int mebibytes) throws Exception {
    Files.createDirectories(directory);
    String problem =
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", directory.toString());
    assumeTrue(problem.isEmpty(), "a small disk cannot be mounted here: " + problem);
    return new SmallDisk(directory);
  }

  /** Writes until nothing more fits. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(PIECE);
      }
    } catch (IOException e) {
      if (freeBytes() >= PIECE.length) {
        throw e;
      }
      System.out.printf("  %s is full, %d bytes are free%n", directory, freeBytes());
    }
  }

  /** Writes until no more than some bytes are free. */
  void fillUpTo(long free) throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (freeBytes() > free) {
        out.write(PIECE);
      }
    }
    System.out.printf("  %s has %d KiB free%n", directory, freeBytes() >> 10);
  }

  /** Gives all of that back. */
  void makeRoom() throws IOException {
    Files.delete(ballast);
    System.out.printf("  %d KiB are free again%n", freeBytes() >> 10);
  }

  long freeBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public void close() throws Exception {
    String problem = run("umount", "--lazy", directory.toString());
    if (!problem.isEmpty()) {
      throw new IOException(problem);
    }
  }

  /** What a command complains of; empty if it does what it should. */
  private static String run(String... line) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean done = process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
      return done ? "" : String.join(" ", line) + ": " + output;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
