package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.store.RingStore;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store in a task. Serialized with the job graph, so it holds settings but no
 * connections.
 */
public interface StoreProvider extends Serializable {

  /** Opens the store, or shares one that is already open in this process. */
  Handle open();

  /** An open store. */
  interface Handle extends AutoCloseable {
    /** The store; usable until this handle is closed. */
    RingStore store();

    /** The counters of this handle's connection; null if its owner exposes them. */
    @Nullable EngineStats stats();

    /** Releases the store. The last handle disconnects. */
    @Override
    void close();
  }
}
