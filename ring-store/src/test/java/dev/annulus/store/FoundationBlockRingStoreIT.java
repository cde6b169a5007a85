package dev.annulus.store;

import java.time.Duration;

/** The same contract with layout 2. */
class FoundationBlockRingStoreIT extends FoundationRingStoreIT {

  /** So small that the journal is flushed all the time. */
  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT
        .withSlotsPerBlock(BlockConfig.BLOCK)
        .flushingAt(32 << 10, Duration.ofMillis(200));
  }
}
