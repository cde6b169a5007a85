package dev.annulus.faults;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bin/annulus COMMAND}. */
final class AnnulusProcess extends ChildProcess {
  private static final Path BIN = Path.of("..", "bin", "annulus").toAbsolutePath().normalize();

  private final String command;
  private final int port;
  private final Api api;
  private String javaOptions;
  private List<String> arguments;
  private int descriptors;

  /**
   * @param directory gets the process' output
   * @param javaOptions further options of the JVM
   * @param arguments of the command, besides the port of its HTTP server
   */
  AnnulusProcess(String command, Path directory, String javaOptions, List<String> arguments) {
    this(command, directory, javaOptions, arguments, freePort());
  }

  private AnnulusProcess(
      String command, Path directory, String javaOptions, List<String> arguments, int port) {
    super(command, directory.resolve(command + "-" + port + ".log"));
    this.command = command;
    this.port = port;
    this.api = new Api(URI.create("http://127.0.0.1:" + port));
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

  /** How many file descriptors the next start may have. Returns this. */
  AnnulusProcess descriptors(int limit) {
    descriptors = limit;
    return this;
  }

  /** Options of the JVM at the next start. */
  void javaOptions(String others) {
    javaOptions = others;
  }

  /** What the next start says. */
  void arguments(List<String> others) {
    arguments = List.copyOf(others);
  }

  @Override
  List<String> line() {
    List<String> line = new ArrayList<>();
    if (descriptors > 0) {
      line.addAll(List.of("bash", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "-"));
    }
    line.addAll(List.of(BIN.toString(), command, "--port", "" + port));
    line.addAll(arguments);
    return line;
  }

  @Override
  Map<String, String> environment() {
    return Map.of("ANNULUS_JAVA_OPTS", javaOptions);
  }

  @Override
  boolean isReady() {
    return api.isReady();
  }
}
