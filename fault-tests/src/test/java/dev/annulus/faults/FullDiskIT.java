package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is really full, to its last byte, and has room again later. */
class FullDiskIT {
  private static final int DISK_MEBIBYTES = 192;

  @TempDir private Path directory;

  /**
   * @param reserve half of which the store keeps free; with 0 it is the disk that refuses a write,
   *     not the store
   */
  @ParameterizedTest
  @ValueSource(strings = {"32MiB", "0"})
  void aFullDiskUnderTheStoreStopsTheFlowAndLosesNothing(String reserve) throws Exception {
    Ledger ledger = new Ledger();
    Processes processes = new Processes(directory);
    try (SmallDisk disk = SmallDisk.at(directory.resolve("store"), DISK_MEBIBYTES);
        processes) {
      processes.storeOptions(
          "--set", "disk.reserve=" + reserve, "--set", "store.write-buffer-bytes=4MiB");
      processes.start();
      for (Random random : Rounds.of("full disk, reserve " + reserve)) {
        String prefix = "d" + ledger.size() + "_";
        try (Load load = new Load(processes.api(), ledger, random, prefix, 4)) {
          load.awaitMore(3_000 + random.nextInt(5_000));
          disk.fill();
          awaitStandingStill(processes);
          load.awaitMore(3_000);
          HttpResponse<String> read = processes.api().get("/metrics?limit=1");
          assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
          restart(processes.store(), random);
          disk.makeRoom();
          if (!processes.store().isAlive()) {
            processes.store().launch();
          }
          processes.store().awaitReady();
          load.awaitMore(1_000);
        }
        ledger.verify(processes.api());
        processes.awaitRead(Processes.GROUP);
        processes.verifyBits();
      }
    }
  }

  @Test
  void aFullDiskUnderEverythingLosesNothingAcknowledged() throws Exception {
    Ledger ledger = new Ledger();
    Path data = directory.resolve("data");
    Annulus annulus =
        new Annulus(
            directory, "--set", "disk.reserve=2MiB", "--set", "store.write-buffer-bytes=4MiB");
    try (SmallDisk disk = SmallDisk.at(data, DISK_MEBIBYTES);
        annulus) {
      annulus.start();
      for (Random random : Rounds.of("everything on a full disk")) {
        String prefix = "e" + ledger.size() + "_";
        try (Load load = new Load(annulus.api(), ledger, random, prefix, 4)) {
          load.awaitMore(3_000 + random.nextInt(5_000));
          disk.fill();
          Fault.last(Duration.ofSeconds(10));
          restart(annulus.process(), random);
          disk.makeRoom();
          // A broker that has met a full disk needs a new start.
          annulus.kill();
          annulus.start();
          load.awaitMore(1_000);
        }
        ledger.verify(annulus.api());
        annulus.verifyBits();
      }
    }
  }

  /** With the disk still full it works, or says in words why it does not. */
  private static void restart(AnnulusProcess process, Random random) throws Exception {
    if (random.nextBoolean()) {
      process.kill();
    } else if (process.isAlive()) {
      process.stop();
    }
    int before = process.output().length();
    process.launch();
    Awaitility.await("a word")
        .atMost(2, TimeUnit.MINUTES)
        .until(() -> !process.isAlive() || process.isReady() || wantsOnlyRoom(process));
    String said = process.output().substring(before);
    System.out.printf(
        "  started on the full disk: %s%n", process.isAlive() ? "works" : said.strip());
    if (!process.isAlive()) {
      assertThat(process.exitCode()).isNotZero();
      assertThat(said.toLowerCase(Locale.ROOT)).contains("space");
    }
  }

  /** It runs, and all that keeps it from being ready is the disk, which it names. */
  private static boolean wantsOnlyRoom(AnnulusProcess process) {
    try {
      String said = process.api().get("/readyz?verbose").body();
      return said.contains("[-] disk") && said.indexOf("[-]") == said.lastIndexOf("[-]");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Until what is committed stays as it is for two checkpoints. */
  private static void awaitStandingStill(Processes processes) {
    Awaitility.await("standing still")
        .atMost(1, TimeUnit.MINUTES)
        .until(
            () -> {
              Map<TopicPartition, Long> before = processes.committed(Processes.GROUP);
              Fault.last(Duration.ofSeconds(5));
              return before.equals(processes.committed(Processes.GROUP));
            });
  }
}
