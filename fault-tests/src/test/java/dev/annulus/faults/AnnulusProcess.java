package dev.annulus.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code bin/annulus COMMAND}: a process that can be killed, frozen and started again. */
final class AnnulusProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(4);
  private static final Path BIN = Path.of("..", "bin", "annulus").toAbsolutePath().normalize();
  private static final Random RANDOM = new Random();

  private final String command;
  private final Path log;
  private final int port = freePort();
  private final Api api = new Api(URI.create("http://127.0.0.1:" + port));
  private final String javaOptions;
  private List<String> arguments;
  private Process process;

  /**
   * @param directory gets the process' output
   * @param javaOptions further options of the JVM
   * @param arguments of the command, besides the port of its HTTP server
   */
  AnnulusProcess(String command, Path directory, String javaOptions, List<String> arguments) {
    this.command = command;
    this.log = directory.resolve(command + "-" + port + ".log");
    this.javaOptions = javaOptions;
    this.arguments = List.copyOf(arguments);
  }

  /** Runs a command that ends by itself; gives what it printed. */
  static String run(Path directory, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of(BIN.toString()));
    line.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, arguments[0], ".log");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    int code = process.waitFor();
    if (code != 0) {
      throw new AssertionError(line + " ended with " + code + ":\n" + Files.readString(output));
    }
    return Files.readString(output);
  }

  /** A client of its HTTP server. */
  Api api() {
    return api;
  }

  URI http() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What the next start says. */
  void arguments(List<String> others) {
    arguments = List.copyOf(others);
  }

  /** Starts it and waits until it is ready. */
  void start() {
    launch();
    awaitReady();
  }

  /** Starts it without waiting. */
  void launch() {
    List<String> line = new ArrayList<>(List.of(BIN.toString(), command, "--port", "" + port));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ANNULUS_JAVA_OPTS", javaOptions);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  void awaitReady() {
    Awaitility.await(command)
        .atMost(START_LIMIT)
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError(command + " ended while starting:\n" + output());
              }
              return api.isReady();
            });
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
      throw new AssertionError(command + " still runs:\n" + output());
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
    throw new IOException("no VmRSS of " + command);
  }

  /** Time on the processors so far. */
  Duration cpuTime() {
    return process.info().totalCpuDuration().orElseThrow();
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
      throw new IOException("kill " + signal + " failed for " + command);
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
