package dev.annulus.store;

import java.time.Duration;

/** Exports and imports of databases in layout 2. */
class BlockTransferIT extends StoreTransferIT {

  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.flushingAt(32 << 10, Duration.ofMillis(200));
  }

  @Override
  protected byte[] targetPrefix() {
    return new byte[] {7};
  }
}
