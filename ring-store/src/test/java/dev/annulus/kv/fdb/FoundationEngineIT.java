package dev.annulus.kv.fdb;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.KeyValueEngineContract;
import java.util.concurrent.CompletableFuture;

/** Runs where a cluster answers; elsewhere it is skipped and says why. */
class FoundationEngineIT extends KeyValueEngineContract {
  @Override
  protected KeyValueEngine engine() {
    return FoundationCluster.require();
  }

  @Override
  protected void release(KeyValueEngine shared, KeyRange written) {
    shared
        .write(
            tx -> {
              tx.clear(written);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }
}
