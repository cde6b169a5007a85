package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.fdb.FoundationCluster;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Layout 1. Runs where a cluster answers; elsewhere it is skipped and says why. */
class FoundationRingStoreIT extends RingStoreContract {
  @Override
  protected KeyValueEngine engine() {
    return FoundationCluster.require();
  }

  @Override
  protected byte[] keyPrefix() {
    byte[] prefix = ByteBuffer.allocate(9).putLong(ThreadLocalRandom.current().nextLong()).array();
    prefix[0] &= 0x7F;
    return prefix;
  }

  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.withSlotsPerBlock(1);
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
