package dev.annulus.sink;

import dev.annulus.store.BlockConfig;
import dev.annulus.store.StoreConfig;
import java.time.Duration;

/** The job on a store in layout 2, whose journal is flushed all the time. */
class BlockRingSinkIT extends RingSinkIT {

  @Override
  StoreConfig storeConfig() {
    return StoreConfig.DEFAULT
        .withKeyPrefix(new byte[] {7})
        .withBlocks(
            BlockConfig.DEFAULT
                .withSlotsPerBlock(BlockConfig.BLOCK)
                .flushingAt(64 << 10, Duration.ofMillis(200)));
  }
}
