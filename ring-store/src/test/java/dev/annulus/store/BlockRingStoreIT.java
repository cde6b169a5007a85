package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Layout 2 on keys that the embedded engine keeps as they are: those behind a prefix. */
class BlockRingStoreIT extends RingStoreContract {
  @TempDir private Path directory;

  @Override
  protected KeyValueEngine engine() {
    return EmbeddedEngine.open(EmbeddedConfig.in(directory));
  }

  @Override
  protected byte[] keyPrefix() {
    return new byte[] {7};
  }

  /** So small that the journal is flushed all the time. */
  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT
        .withSlotsPerBlock(BlockConfig.BLOCK)
        .flushingAt(32 << 10, Duration.ofMillis(200));
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.close();
  }
}
