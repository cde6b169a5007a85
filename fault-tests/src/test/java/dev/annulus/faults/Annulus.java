package dev.annulus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * One {@code bin/annulus standalone}, a process of its own that can be killed and started again.
 */
final class Annulus implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Path BIN = Path.of("..", "bin", "annulus").toAbsolutePath().normalize();

  private final Path directory;
  private final int port = freePort();
  private final int kafkaPort = freePort();
  private final List<String> options;
  private Process process;

  /**
   * @param directory holds the data and the output
   * @param options further options of the command
   */
  Annulus(Path directory, String... options) {
    this.directory = directory;
    this.options = List.of(options);
  }

  Api api() {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  Path dataDir() {
    return directory.resolve("data");
  }

  /** Starts it and waits until it is ready. */
  Annulus start() {
    launch();
    Awaitility.await()
        .atMost(START_LIMIT)
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("it ended while starting:\n" + output());
              }
              return api().isReady();
            });
    return this;
  }

  /** Starts it without waiting. */
  void launch() {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(BIN.toString(), "standalone"));
    command.addAll(List.of("--port", "" + port, "--kafka-port", "" + kafkaPort));
    command.addAll(List.of("--data-dir", dataDir().toString()));
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, then waits. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /** Waits until it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it still runs:\n" + output());
    }
    return process.exitValue();
  }

  String output() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }

  private Path log() {
    return directory.resolve("annulus.log");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
