package dev.annulus.faults;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the whole process under load. */
class StandaloneKillIT {
  @TempDir private Path directory;

  @Test
  @Tag("short")
  void nothingAcknowledgedIsLostByKillingStandalone() throws Exception {
    killUnderLoad(new Annulus(directory), Annulus::verifyBits);
  }

  /** With so little memory for slots that they are always on their way into blocks on disk. */
  @Test
  void nothingIsLostWhileSlotsAreBroughtToDisk() throws Exception {
    killUnderLoad(
        new Annulus(directory, "--set", "store.write-buffer-bytes=256KiB"), Annulus::verifyBits);
  }

  /** What is looked at after each round, besides the ledger. */
  interface Check {
    void run(Annulus annulus) throws Exception;
  }

  /** Starts it and closes it in the end. */
  static void killUnderLoad(Annulus started, Check afterRound) throws Exception {
    Ledger ledger = new Ledger();
    try (Annulus annulus = started.start()) {
      for (Random random : Rounds.of("kill -9 of standalone")) {
        String prefix = "r" + ledger.size() + "_";
        try (Load load = new Load(annulus.api(), ledger, random, prefix, 4)) {
          load.awaitMore(2_000 + random.nextInt(20_000));
          annulus.kill();
          annulus.start();
          load.awaitMore(1_000);
        }
        ledger.verify(annulus.api());
        afterRound.run(annulus);
      }
    }
  }
}
