package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has lost a part for good ends, so that whoever watches it starts it again. */
class LostPartIT {
  private static final int FAILED = 3;

  @TempDir private Path directory;

  @Tag("short")
  @Test
  void standaloneEndsWhenItsLogIsGone() throws Exception {
    try (Annulus annulus = new Annulus(directory).start()) {
      loseLog(annulus.dataDir().resolve("kafka"), annulus.process());
    }
  }

  @Test
  void soDoesABroker() throws Exception {
    try (AnnulusProcess broker =
        new AnnulusProcess(
            "broker",
            directory,
            "",
            List.of(
                "--data-dir",
                directory.resolve("data").toString(),
                "--kafka-port",
                "" + ChildProcess.freePort()))) {
      broker.start();
      loseLog(directory.resolve("data").resolve("kafka"), broker);
    }
  }

  private void loseLog(Path log, AnnulusProcess process) throws Exception {
    Files.move(log, directory.resolve("gone"));
    AtomicReference<String> said = new AtomicReference<>("");
    Awaitility.await("its end")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              said.updateAndGet(before -> lastWords(process, before));
              return !process.isAlive();
            });
    assertThat(process.exitCode()).isEqualTo(FAILED);
    assertThat(process.output())
        .contains("annulus: the Kafka broker has failed")
        .contains("The process ends");
    System.out.printf("  before it ended: %s%n", said);
  }

  /** What it says of itself once it knows; the moment may be too short to be seen. */
  private static String lastWords(AnnulusProcess process, String before) {
    try {
      var live = process.api().get("/livez");
      if (live.statusCode() == 200) {
        return before;
      }
      assertThat(live.statusCode()).isEqualTo(503);
      assertThat(live.body()).contains("the Kafka broker has failed");
      return live.body();
    } catch (IOException ended) {
      return before;
    }
  }
}
