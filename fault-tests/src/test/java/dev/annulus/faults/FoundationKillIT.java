package dev.annulus.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.store.BlockConfig;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kill -9} of a standalone process whose store is FoundationDB. */
class FoundationKillIT {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, BlockConfig.BLOCK})
  @Tag("short")
  void nothingAcknowledgedIsLostByKillingStandalone(int slotsPerBlock) throws Exception {
    String clusterFile = System.getenv("FDB_CLUSTER_FILE");
    assumeTrue(
        clusterFile != null && !clusterFile.isBlank(),
        "no FDB_CLUSTER_FILE names a FoundationDB cluster");
    StandaloneKillIT.killUnderLoad(
        Annulus.on(
            directory,
            Path.of(clusterFile),
            "faults-" + UUID.randomUUID() + "/",
            "--set",
            "store.slots-per-block=" + slotsPerBlock),
        Annulus::verifyBits);
  }
}
