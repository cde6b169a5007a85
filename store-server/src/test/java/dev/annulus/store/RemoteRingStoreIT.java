package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.remote.RemoteFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RemoteRingStoreIT extends RingStoreContract {
  @TempDir private Path directory;
  private RemoteFixture remote;

  @Override
  protected KeyValueEngine engine() {
    remote = new RemoteFixture(directory);
    return remote.client();
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    remote.close();
  }
}
