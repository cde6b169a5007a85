package dev.annulus.senders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A process that sends until it is closed. */
final class Sender implements AutoCloseable {
  private final Process process;
  private final Path log;

  private Sender(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Where a program is; skips the test if it is nowhere. */
  static String program(String name, String debianPackage) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/sbin"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseGet(
            () ->
                Assumptions.abort(
                    "no " + name + "; Debian's package " + debianPackage + " has one"));
  }

  /**
   * @param directory gets what it prints
   */
  static Sender start(Path directory, List<String> line) throws IOException {
    Path log = Files.createTempFile(directory, "sender", ".log");
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Sender(process, log);
  }

  /** Fails, with what it printed, if it has ended. */
  void assertRuns() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("ended with " + process.exitValue() + ":\n" + output());
    }
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  /** Lets it end in order, which makes it send what it has not sent. */
  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
