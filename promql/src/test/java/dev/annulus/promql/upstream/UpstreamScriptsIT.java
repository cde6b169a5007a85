package dev.annulus.promql.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Prometheus' own PromQL tests, read from the checkout of prometheus/prometheus that the
 * environment variable {@code PROMETHEUS_SOURCE} names. What is out of scope is listed by file and
 * line in {@code target/promql-out-of-scope.txt}, with the reason.
 */
class UpstreamScriptsIT {
  private static final int AT_LEAST = 900;

  private final List<String> failures = new ArrayList<>();
  private final List<String> outOfScope = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private int passed;

  @Test
  void allEvaluationsInScopeAnswerAsPrometheus() throws IOException {
    String checkout = System.getenv("PROMETHEUS_SOURCE");
    assumeTrue(
        checkout != null && !checkout.isEmpty(),
        "PROMETHEUS_SOURCE does not name a checkout of prometheus/prometheus");
    Path folder = Path.of(checkout, "promql", "promqltest", "testdata");
    assumeTrue(Files.isDirectory(folder), "PROMETHEUS_SOURCE has no " + folder);

    List<Path> scripts;
    try (Stream<Path> files = Files.list(folder)) {
      scripts = files.filter(file -> file.toString().endsWith(".test")).sorted().toList();
    }
    for (Path script : scripts) {
      run(script);
    }

    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "promql-out-of-scope.txt"), outOfScope);
    System.out.println("PromQL scripts: " + passed + " evaluations as expected");
    System.out.println("PromQL scripts: " + outOfScope.size() + " out of scope: " + reasons);
    assertThat(failures).isEmpty();
    assertThat(passed).isGreaterThan(AT_LEAST);
  }

  private void run(Path script) throws IOException {
    String name = String.valueOf(script.getFileName());
    ScriptRunner runner = new ScriptRunner();
    runner.run(ScriptReader.read(Files.readString(script)));
    passed += runner.passed();
    runner.failures().forEach(failure -> failures.add(name + " " + failure));
    runner
        .outOfScope()
        .forEach(
            (line, reason) -> {
              outOfScope.add(name + ":" + line + ": " + reason);
              reasons.merge(reason, 1, Integer::sum);
            });
  }
}
