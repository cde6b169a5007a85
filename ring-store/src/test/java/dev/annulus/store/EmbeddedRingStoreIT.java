package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRingStoreIT extends RingStoreContract {
  @TempDir private Path directory;

  @Override
  protected KeyValueEngine engine() {
    // So small that slots are brought to disk all the time.
    return EmbeddedEngine.open(
        new EmbeddedConfig(directory, 1L << 40, 0, 1 << 20, 64 << 10, Duration.ofSeconds(1)));
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.close();
  }
}
