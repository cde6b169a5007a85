package dev.annulus.senders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a script of {@code src/test/node} with the npm packages it needs. */
final class NodeScript {
  private static final Path DIRECTORY = Path.of("target", "node").toAbsolutePath();

  private NodeScript() {}

  /** Skips the test, with the reason, where a package could not be installed. */
  static void assumeInstalled(String... packages) throws IOException {
    Path unavailable = DIRECTORY.resolve("unavailable");
    Assumptions.assumeFalse(
        Files.exists(unavailable),
        () -> {
          try {
            return Files.readString(unavailable);
          } catch (IOException e) {
            return "no npm packages";
          }
        });
    for (String name : packages) {
      Assumptions.assumeTrue(
          Files.isDirectory(DIRECTORY.resolve("node_modules").resolve(name)),
          "npm could not build " + name);
    }
  }

  /** Runs it to its end; gives what it printed. */
  static String run(String script, String... arguments) throws Exception {
    assumeInstalled();
    List<String> line = new ArrayList<>(List.of("node", script));
    line.addAll(List.of(arguments));
    Path output = Files.createTempFile(DIRECTORY, script, ".log");
    Process process =
        new ProcessBuilder(line)
            .directory(DIRECTORY.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS))
          .as("%s ends: %s", line, Files.readString(output))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output);
    Files.delete(output);
    assertThat(process.exitValue()).as("%s printed %s", line, printed).isZero();
    return printed;
  }
}
