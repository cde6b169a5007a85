package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The job is restored from what Flink has kept, with more and with fewer tasks, and started over
 * from offset 0: the same bytes each time.
 */
class RestoreIT {
  @TempDir private Path directory;
  private final Ledger ledger = new Ledger();
  private Processes processes;
  private FlinkCluster flink;
  private String group;
  private int groups;

  @BeforeEach
  void start() throws Exception {
    processes = new Processes(directory).startWithoutSink();
    flink = new FlinkCluster(directory.resolve("flink"));
  }

  @AfterEach
  void stop() throws Exception {
    flink.close();
    processes.close();
  }

  static Stream<Random> rounds() {
    return Rounds.streamOf("restores with 1, 4 and 2 tasks");
  }

  /** Each round has a topic of its own: every restore reads all of it again. */
  @ParameterizedTest(name = "round {index}")
  @MethodSource("rounds")
  void checkpointsSavepointsAndOffsetZeroLeaveTheSameBytes(Random random) throws Exception {
    String one;
    String four;
    String checkpoint;
    try (Load load = new Load(processes.api(), ledger, random, "s", 4)) {
      run("", 1);
      load.awaitMore(2_000 + random.nextInt(5_000));
      one = flink.stopWithSavepoint();
      load.awaitMore(1_000);
      run(one, 4);
      load.awaitMore(2_000 + random.nextInt(5_000));
      four = flink.stopWithSavepoint();
      load.awaitMore(1_000);
      run(four, 2);
      load.awaitMore(1_000 + random.nextInt(2_000));
      processes.api().awaitVisible(ledger.token());
      awaitAnotherCheckpoint();
      flink.kill();
      checkpoint = flink.newestCheckpoint();
      load.awaitMore(1_000);
      run(checkpoint, 2);
      load.awaitMore(1_000);
    }
    ledger.verify(processes.api());
    String hash = settled();
    processes.verifyBits();
    // Each of these reads again what was written after it; the last one everything.
    String[][] starts = {{checkpoint, "1"}, {four, "1"}, {one, "4"}, {"", "2"}, {"", "4"}};
    for (String[] start : starts) {
      String from = start[0].isEmpty() ? "offset 0" : start[0];
      run(start[0], Integer.parseInt(start[1]));
      assertThat(settled()).as("from %s with %s tasks", from, start[1]).isEqualTo(hash);
      System.out.printf("  the same bytes from %s with %s tasks%n", from, start[1]);
    }
    ledger.verify(processes.api());
  }

  /**
   * Starts the job in a group of its own, which has no offsets: where it begins is the checkpoint's
   * word alone.
   */
  private void run(String restoreFrom, int parallelism) throws Exception {
    group = "restore-" + groups++;
    flink.job(processes.jobArguments(group, parallelism), restoreFrom);
    flink.start();
    assertThat(flink.parallelism()).isEqualTo(parallelism);
    if (restoreFrom.isEmpty()) {
      assertThat(flink.restoredFrom()).isEmpty();
    } else {
      assertThat(flink.restoredFrom()).isEqualTo(restoreFrom);
    }
  }

  /** The hash of the store once the job has read everything; the job is killed then. */
  private String settled() throws Exception {
    processes.awaitRead(group);
    flink.kill();
    return processes.exportedHash();
  }

  private void awaitAnotherCheckpoint() throws Exception {
    long before = flink.completedCheckpoints();
    Awaitility.await()
        .atMost(1, TimeUnit.MINUTES)
        .until(() -> flink.completedCheckpoints() > before);
  }
}
