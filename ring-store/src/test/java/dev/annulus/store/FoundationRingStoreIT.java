package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.fdb.FoundationCluster;
import java.util.concurrent.CompletableFuture;

/** Runs where a cluster answers; elsewhere it is skipped and says why. */
class FoundationRingStoreIT extends RingStoreContract {
  @Override
  protected KeyValueEngine engine() {
    return FoundationCluster.require();
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.write(
            tx -> {
              tx.clear(written);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }
}
