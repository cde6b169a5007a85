package dev.annulus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A process that can be killed, frozen and started again. */
abstract class ChildProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Random RANDOM = new Random();

  private final String name;
  private final Path log;
  private Process process;

  /**
   * @param name for messages
   * @param log gets the process' output, of one start after the other
   */
  ChildProcess(String name, Path log) {
    this.name = name;
    this.log = log;
  }

  /** What the next start runs. */
  abstract List<String> line();

  /** What the next start finds in its environment, besides this process' own. */
  abstract Map<String, String> environment();

  abstract boolean isReady();

  /** Starts it and waits until it is ready. */
  void start() {
    launch();
    awaitReady();
  }

  /** Starts it without waiting. */
  void launch() {
    ProcessBuilder builder =
        new ProcessBuilder(line())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  void awaitReady() {
    try {
      Awaitility.await(name)
          .atMost(START_LIMIT)
          .until(
              () -> {
                if (!process.isAlive()) {
                  throw new AssertionError(name + " ended while starting:\n" + output());
                }
                return isReady();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(name + " is not ready:\n" + output(), e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; works on a frozen process too. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, then waits. */
  int stop() throws InterruptedException {
    process.destroy();
    return exitCode();
  }

  /** SIGSTOP: its connections stay open and nothing answers. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  /** SIGCONT. */
  void thaw() throws Exception {
    signal("-CONT");
  }

  /** Waits until it has ended by itself. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " still runs:\n" + output());
    }
    return process.exitValue();
  }

  String output() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of memory that are resident. */
  long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no VmRSS of " + name);
  }

  /** How many files and connections it has open. */
  int openDescriptors() {
    String[] open = Path.of("/proc", "" + process.pid(), "fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  /** Time on the processors so far. */
  Duration cpuTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }

  private void signal(String signal) throws Exception {
    Process sent = new ProcessBuilder("kill", signal, "" + process.pid()).inheritIO().start();
    if (sent.waitFor() != 0) {
      throw new IOException("kill " + signal + " failed for " + name);
    }
  }

  /**
   * A port outside the range from which connections get theirs: a client that tries a stopped
   * server again and again would otherwise meet itself there, and hold the port.
   */
  static int freePort() {
    while (true) {
      int port = 10_000 + RANDOM.nextInt(20_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: another one.
      }
    }
  }
}
