package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same log read again, by one task or by several, leaves the same bytes. */
class ReplayIT {
  @TempDir private Path directory;

  @Test
  void theTopicReadAgainLeavesTheSameBytes() throws Exception {
    Ledger ledger = new Ledger();
    int sinks = 0;
    try (Processes processes = new Processes(directory).start()) {
      Api api = processes.api();
      for (Random random : Rounds.of("replays with 1, 4 and 2 tasks")) {
        write(processes, ledger, random);
        processes.awaitRead(Processes.GROUP);
        processes.sink.kill();
        processes.verifyBits();
        String hash = processes.exportedHash();
        for (int parallelism : new int[] {4, 2, 1}) {
          String group = "replay-" + sinks++;
          try (AnnulusProcess again = processes.newSink(group, parallelism)) {
            again.start();
            processes.awaitRead(group);
          }
          assertThat(processes.exportedHash()).as("read by %d tasks", parallelism).isEqualTo(hash);
        }
        ledger.verify(api);
        processes.sink.start();
      }
      startOverFromNothing(processes, ledger);
    }
  }

  /** Under load, the job is started with 1, 4 and 2 tasks. */
  private static void write(Processes processes, Ledger ledger, Random random) throws Exception {
    String prefix = "p" + ledger.size() + "_";
    try (Load load = new Load(processes.api(), ledger, random, prefix, 4)) {
      for (int parallelism : new int[] {1, 4, 2}) {
        processes.sink.stop();
        processes.sink.arguments(processes.sinkArguments(Processes.GROUP, parallelism));
        processes.sink.start();
        load.awaitMore(2_000 + random.nextInt(5_000));
      }
    }
    ledger.verify(processes.api());
  }

  /** An empty store has everything again, twice in the same way. */
  private static void startOverFromNothing(Processes processes, Ledger ledger) throws Exception {
    processes.sink.kill();
    processes.query.kill();
    processes.store().kill();
    processes.useStore("another-store").start();
    processes.query.start();
    try (AnnulusProcess again = processes.newSink("from-nothing", 1)) {
      again.start();
      ledger.verify(processes.api());
      processes.awaitRead("from-nothing");
      processes.verifyBits();
    }
  }
}
