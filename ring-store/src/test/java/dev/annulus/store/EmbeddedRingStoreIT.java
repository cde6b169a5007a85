package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** What a new embedded store uses: layout 2. */
class EmbeddedRingStoreIT extends RingStoreContract {
  @TempDir private Path directory;

  @Override
  protected KeyValueEngine engine() {
    // So small that slots are brought to disk all the time.
    return EmbeddedEngine.open(
        new EmbeddedConfig(directory, 1L << 40, 0, 1 << 20, 64 << 10, Duration.ofSeconds(1)));
  }

  /** So small that the journal is flushed all the time. */
  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.flushingAt(32 << 10, Duration.ofMillis(200));
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.close();
  }
}
