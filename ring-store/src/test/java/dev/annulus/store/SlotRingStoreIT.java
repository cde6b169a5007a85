package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Layout 1, behind a prefix. */
class SlotRingStoreIT extends RingStoreContract {
  @TempDir private Path directory;

  @Override
  protected KeyValueEngine engine() {
    return EmbeddedEngine.open(EmbeddedConfig.in(directory));
  }

  @Override
  protected byte[] keyPrefix() {
    return new byte[] {7};
  }

  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.withSlotsPerBlock(1);
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.close();
  }
}
