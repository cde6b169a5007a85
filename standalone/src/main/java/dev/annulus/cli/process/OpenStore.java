package dev.annulus.cli.process;

import dev.annulus.kv.StoreException;
import dev.annulus.sink.StoreLocation;
import dev.annulus.sink.StoreProvider;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a store that may still be starting. */
final class OpenStore {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStore.class);

  private OpenStore() {}

  /**
   * Retries until the store is available.
   *
   * @throws RuntimeException the last failure after {@code timeout}, or immediately if waiting
   *     cannot help
   */
  static StoreProvider.Handle within(Duration timeout, StoreLocation location) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        return location.open();
      } catch (RuntimeException e) {
        boolean transientFailure =
            StoreException.unwrap(e) instanceof StoreException store && store.isTransient();
        if (!transientFailure || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LOG.atWarn()
            .addKeyValue("problem", StoreException.unwrap(e).getMessage())
            .log("the store is not available yet; retrying");
      }
    }
  }
}
