package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever clients do to hold or exhaust it, a standalone process answers honest ones: health, a
 * sample by each protocol, a short query, each within two seconds. With the heap it has by default,
 * and with a quarter of it. {@code -Dfaults.attack} says how many seconds each attack lasts, {@code
 * -Dfaults.only} and {@code -Dfaults.heap} are patterns of attacks and heaps to be tried.
 */
@Tag("short")
class HostileClientsIT {
  private static final Duration LASTS = Duration.ofSeconds(Long.getLong("faults.attack", 120));

  /** Series whose metadata is asked for. */
  private static final int SERIES = Integer.getInteger("faults.series", 200_000);

  /** Seconds from which on attacks are tried with the small heap, too. */
  private static final int LONG = 10;

  private static final int BATCH = 50_000;
  private static final int SECONDS_BACK = 50_000;

  @TempDir private Path directory;

  static Stream<String> heaps() {
    String heaps = System.getProperty("faults.heap", ".*");
    return (LASTS.toSeconds() < LONG ? Stream.of("") : Stream.of("", "-Xmx512m"))
        .filter(heap -> heap.matches(heaps));
  }

  private static List<Attack> attacks() {
    String only = System.getProperty("faults.only", ".*");
    return Stream.of(Attack.values()).filter(one -> one.name().matches(only)).toList();
  }

  @ParameterizedTest(name = "[{index}] heap {0}")
  @MethodSource("heaps")
  void honestClientsAreAnsweredWithinTwoSeconds(String heap) throws Exception {
    int graphitePort = ChildProcess.freePort();
    List<String> problems = new ArrayList<>();
    long now = Instant.now().getEpochSecond();
    try (Annulus annulus =
        new Annulus(directory, heap, List.of("--set", "graphite.port=" + graphitePort)).start()) {
      fill(annulus.api(), now);
      Attack.Target target =
          new Attack.Target(annulus.process().http().getPort(), graphitePort, now);
      try (Probes probes = new Probes(annulus, graphitePort, now - SECONDS_BACK).start()) {
        probes.awaitMore(10);
        probes.problems("warming up");
        for (Attack attack : attacks()) {
          problems.addAll(suffer(attack, target, annulus, probes));
        }
        problems.addAll(probes.problems("afterwards"));
        assertThat(problems).isEmpty();
        probes.verify();
      }
      assertThat(annulus.process().output()).doesNotContain("java.lang.OutOfMemoryError");
    }
  }

  private static List<String> suffer(
      Attack attack, Attack.Target target, Annulus annulus, Probes probes) throws Exception {
    List<String> problems = new ArrayList<>();
    Crowd crowd = new Crowd(target.port());
    try (crowd) {
      attack.join(crowd, target);
      long end = System.nanoTime() + LASTS.toNanos();
      while (System.nanoTime() < end && annulus.process().isAlive()) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      problems.addAll(probes.problems(attack.name()));
    }
    System.out.printf("    answers to the attackers: %s%n", crowd.answers());
    crowd.wrong().forEach(one -> problems.add(attack + " was answered " + one));
    assertThat(annulus.process().isAlive()).as(attack + "\n" + annulus.process().output()).isTrue();
    return problems;
  }

  /** Many series. */
  private static void fill(Api api, long now) throws Exception {
    for (int from = 0; from < SERIES; from += BATCH) {
      StringBuilder lines = new StringBuilder("[");
      for (int i = from; i < Math.min(SERIES, from + BATCH); i++) {
        lines
            .append(i == from ? "" : ",")
            .append("{\"name\":\"many.")
            .append(i % 1_000)
            .append("\",\"ts\":")
            .append(now)
            .append(",\"value\":1,\"tags\":{\"host\":\"h")
            .append(i)
            .append("\"}}");
      }
      String token =
          api.json(api.post("/ingest/gauge", lines.append(']').toString())).get("token").asText();
      api.awaitVisible(token);
    }
  }
}
