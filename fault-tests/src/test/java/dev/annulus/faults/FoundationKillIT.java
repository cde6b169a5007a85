package dev.annulus.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a standalone process whose store is FoundationDB. */
class FoundationKillIT {
  @TempDir private Path directory;

  @Test
  @Tag("short")
  void nothingAcknowledgedIsLostByKillingStandalone() throws Exception {
    String clusterFile = System.getenv("FDB_CLUSTER_FILE");
    assumeTrue(
        clusterFile != null && !clusterFile.isBlank(),
        "no FDB_CLUSTER_FILE names a FoundationDB cluster");
    String prefix = "store.key-prefix=faults-" + UUID.randomUUID() + "/";
    StandaloneKillIT.killUnderLoad(
        new Annulus(directory, "--store", "fdb", "--cluster-file", clusterFile, "--set", prefix),
        annulus -> {});
  }
}
