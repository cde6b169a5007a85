package dev.annulus.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JobManager and TaskManager, each a process of its own, killed and frozen under load. */
class FlinkKillIT {
  @TempDir private Path directory;
  private final Ledger ledger = new Ledger();
  private Processes processes;
  private FlinkCluster flink;

  @BeforeEach
  void start() throws Exception {
    processes = new Processes(directory).startWithoutSink();
    flink = new FlinkCluster(directory.resolve("flink"));
    flink.job(processes.jobArguments(Processes.GROUP, 2), "");
    flink.start();
  }

  @AfterEach
  void stop() throws Exception {
    flink.close();
    processes.close();
  }

  static Stream<Random> kills() {
    return Rounds.streamOf("kill -9 of JobManager and TaskManager");
  }

  @ParameterizedTest(name = "round {index}")
  @MethodSource("kills")
  void nothingAcknowledgedIsLostByKillingJobManagerOrTaskManager(Random random) throws Exception {
    try (Load load = load(random)) {
      load.awaitMore(2_000);
      List<FlinkCluster.FlinkProcess> victims = new ArrayList<>(flink.parts());
      Collections.shuffle(victims, random);
      for (FlinkCluster.FlinkProcess victim : victims) {
        Duration away = Duration.ofMillis(random.nextInt(1_500));
        boolean overlap = random.nextBoolean();
        System.out.printf("  %s, away for %s, overlap %s%n", victim.name, away, overlap);
        victim.kill();
        Fault.last(away);
        victim.launch();
        // The next one dies while this one is still starting, or after work has gone on.
        if (!overlap) {
          flink.awaitRunning();
          load.awaitMore(500 + random.nextInt(5_000));
          processes.api().awaitVisible(ledger.token());
        }
      }
      flink.awaitRunning();
      load.awaitMore(1_000);
    }
    ledger.verify(processes.api());
    processes.awaitRead(Processes.GROUP);
    processes.verifyBits();
  }

  static Stream<Random> stalls() {
    return Rounds.streamOf("stalled TaskManager");
  }

  @ParameterizedTest(name = "round {index}")
  @MethodSource("stalls")
  void aTaskManagerThatWakesUpAfterItsReplacementTookOverDoesNoHarm(Random random)
      throws Exception {
    try (Load load = load(random);
        FlinkCluster.FlinkProcess second = flink.newTaskManager()) {
      load.awaitMore(2_000 + random.nextInt(5_000));
      flink.taskManager.freeze();
      second.launch();
      load.awaitMore(3_000);
      // Only the second can have written it.
      processes.api().awaitVisible(ledger.token());
      flink.taskManager.thaw();
      load.awaitMore(3_000 + random.nextInt(5_000));
      second.kill();
      load.awaitMore(3_000);
      processes.api().awaitVisible(ledger.token());
    }
    ledger.verify(processes.api());
    processes.awaitRead(Processes.GROUP);
    processes.verifyBits();
  }

  private Load load(Random random) {
    return new Load(processes.api(), ledger, random, "f", 4);
  }
}
