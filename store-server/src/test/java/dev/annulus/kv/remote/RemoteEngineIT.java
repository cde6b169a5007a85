package dev.annulus.kv.remote;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.KeyValueEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RemoteEngineIT extends KeyValueEngineContract {
  @TempDir private Path directory;
  private RemoteFixture remote;

  @Override
  protected KeyValueEngine engine() {
    remote = new RemoteFixture(directory);
    return remote.client();
  }

  @Override
  protected void release(KeyValueEngine opened, KeyRange written) {
    remote.close();
  }
}
