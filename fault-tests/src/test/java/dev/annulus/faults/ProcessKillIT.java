package dev.annulus.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each part in a process of its own, killed in any order under load. */
class ProcessKillIT {
  @TempDir private Path directory;

  @Test
  @Tag("short")
  void nothingAcknowledgedIsLostByKillingAnyProcess() throws Exception {
    Ledger ledger = new Ledger();
    try (Processes processes = new Processes(directory).start()) {
      for (Random random : Rounds.of("kill -9 of each process")) {
        String prefix = "k" + ledger.size() + "_";
        try (Load load = new Load(processes.api(), ledger, random, prefix, 4)) {
          load.awaitMore(2_000);
          List<Map.Entry<String, AnnulusProcess>> victims =
              new ArrayList<>(processes.byName().entrySet());
          Collections.shuffle(victims, random);
          for (Map.Entry<String, AnnulusProcess> victim : victims) {
            Duration away = Duration.ofMillis(random.nextInt(1_500));
            boolean overlap = random.nextBoolean();
            System.out.printf("  %s, away for %s, overlap %s%n", victim.getKey(), away, overlap);
            victim.getValue().kill();
            Fault.last(away);
            victim.getValue().launch();
            // The next one dies while this one is still starting, or after work has gone on.
            if (!overlap) {
              victim.getValue().awaitReady();
              load.awaitMore(500 + random.nextInt(5_000));
            }
          }
          processes.byName().values().forEach(AnnulusProcess::awaitReady);
          load.awaitMore(1_000);
        }
        ledger.verify(processes.api());
        processes.awaitRead(Processes.GROUP);
        processes.verifyBits();
      }
    }
  }
}
