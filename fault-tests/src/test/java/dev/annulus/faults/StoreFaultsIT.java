package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.remote.StoreProxy;
import dev.annulus.kv.remote.StoreProxy.Fate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is there, but slow, or does not say what became of a commit, or refuses it. */
class StoreFaultsIT {
  private static final int FAULTS = 25;

  @TempDir private Path directory;

  /** One round on running processes, whose sink uses the proxy. */
  private interface Round {
    void run(Processes processes, StoreProxy proxy, Load load, Random random) throws Exception;
  }

  @Test
  void aSlowStoreHoldsTheFlowBackAndOffsetsDoNotPassIt() throws Exception {
    underLoad("slow store", this::slow);
  }

  private void slow(Processes processes, StoreProxy proxy, Load load, Random random)
      throws Exception {
    load.awaitMore(2_000);
    proxy.delayEach(Duration.ofMillis(10 + random.nextInt(100)));
    load.awaitMore(3_000);
    for (int i = 0; i < 10; i++) {
      processes.store().freeze();
      Fault.last(Duration.ofMillis(random.nextInt(1_000)));
      processes.store().thaw();
      Fault.last(Duration.ofMillis(random.nextInt(100)));
    }
    proxy.delayEach(Duration.ofSeconds(5));
    load.awaitMore(3_000);
    long lag = processes.lag(Processes.GROUP);
    System.out.printf("  %d records wait in the log%n", lag);
    assertThat(lag).as("records that wait").isPositive();
    processes.sink.kill();
    // Nobody writes now: what the offsets say is stored, or never will be.
    String committed = Offsets.token(processes.committed(Processes.GROUP));
    assertThat(processes.api().get("/metrics?limit=1&after=" + committed).statusCode())
        .as("stored up to %s", committed)
        .isEqualTo(200);
    proxy.behave();
    processes.sink.start();
    load.awaitMore(1_000);
  }

  @Test
  void commitsThatConflictOrWhoseOutcomeIsUnknownHaveTheirEffectOnce() throws Exception {
    underLoad("commits that conflict or are lost from sight", this::unknown);
  }

  private void unknown(Processes processes, StoreProxy proxy, Load load, Random random)
      throws Exception {
    int unknown = unknown(proxy) + FAULTS;
    int conflicts = proxy.count(Fate.CONFLICT) + FAULTS;
    Random chooser = new Random(random.nextLong());
    int conflictOneIn = 2 + random.nextInt(5);
    int unknownOneIn = 2 + random.nextInt(5);
    proxy.commits(
        () -> {
          if (chooser.nextInt(conflictOneIn) == 0) {
            return Fate.CONFLICT;
          }
          boolean cut = chooser.nextInt(unknownOneIn) == 0;
          return !cut ? Fate.PASSED : chooser.nextBoolean() ? Fate.UNANSWERED : Fate.CUT;
        });
    Awaitility.await("faults")
        .atMost(Duration.ofMinutes(2))
        .until(() -> unknown(proxy) >= unknown && proxy.count(Fate.CONFLICT) >= conflicts);
    if (random.nextBoolean()) {
      processes.sink.kill();
      processes.sink.start();
    }
    load.awaitMore(2_000);
    proxy.behave();
    System.out.printf(
        "  so far %d commits of unknown outcome, %d conflicts%n",
        unknown(proxy), proxy.count(Fate.CONFLICT));
  }

  private static int unknown(StoreProxy proxy) {
    return proxy.count(Fate.CUT) + proxy.count(Fate.UNANSWERED);
  }

  private void underLoad(String fault, Round round) throws Exception {
    Ledger ledger = new Ledger();
    try (Processes processes = new Processes(directory);
        StoreProxy proxy = new StoreProxy(processes.storePort())) {
      processes.sink.arguments(processes.sinkArguments(Processes.GROUP, 2, proxy.port()));
      processes.start();
      for (Random random : Rounds.of(fault)) {
        String prefix = "l" + ledger.size() + "_";
        try (Load load = new Load(processes.api(), ledger, random, prefix, 4)) {
          round.run(processes, proxy, load, random);
        }
        ledger.verify(processes.api());
        processes.awaitRead(Processes.GROUP);
        processes.verifyBits();
      }
    }
  }
}
