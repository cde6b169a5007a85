package dev.annulus.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code annulus …} in a process of its own, to be talked to, stopped and killed. */
final class AnnulusProcess implements AutoCloseable {
  private static final Pattern RUNNING =
      Pattern.compile("annulus (\\w+) is running: (?:([\\w.]+:\\d+), health at )?(http\\S+)");

  private final Process process;
  private final String address;
  private final String http;

  private AnnulusProcess(Process process, String address, String http) {
    this.process = process;
    this.address = address;
    this.http = http;
  }

  private static final Pattern STANDALONE = Pattern.compile("()()  API +(http\\S+)");

  /** Starts a sub-command and returns once it says that it runs. */
  static AnnulusProcess start(String... arguments) {
    return start(RUNNING, List.of(arguments));
  }

  /** Starts {@code standalone}, which greets in another way. */
  static AnnulusProcess startStandalone(String... arguments) {
    List<String> all = new ArrayList<>(List.of("standalone"));
    all.addAll(List.of(arguments));
    return start(STANDALONE, all);
  }

  /** The same with the JVM's options of {@code bin/annulus} and a heap of its own size. */
  static AnnulusProcess startStandalone(String heap, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("standalone"));
    all.addAll(arguments);
    return start(
        STANDALONE, List.of("-Xmx" + heap, "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError"), all);
  }

  private static AnnulusProcess start(Pattern greeting, List<String> arguments) {
    return start(
        greeting, List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), arguments);
  }

  private static AnnulusProcess start(
      Pattern greeting, List<String> options, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(options);
    command.addAll(
        List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher running = greeting.matcher(line);
        if (running.find()) {
          discard(output);
          return new AnnulusProcess(process, running.group(2), running.group(3));
        }
      }
      throw new IllegalStateException(
          "annulus " + arguments.get(0) + " ended with " + process.waitFor() + " before it ran");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where its own protocol is spoken. */
  String address() {
    return address;
  }

  /** The port of {@link #address}. */
  String port() {
    return address.substring(address.indexOf(':') + 1);
  }

  /** Where HTTP is served. */
  String http() {
    return http;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; gives the exit code once it has ended. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static void discard(BufferedReader output) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (output.readLine() != null) {}
              } catch (IOException e) {
                // the process has ended
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
