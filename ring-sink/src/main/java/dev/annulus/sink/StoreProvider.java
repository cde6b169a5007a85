package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.store.RingStore;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store where a task runs. Travels with the job, so it holds settings and no connections.
 */
public interface StoreProvider extends Serializable {

  /** Opens the store, or joins one that this process has open already. */
  Handle open();

  /** An open store. */
  interface Handle extends AutoCloseable {
    /** The store; usable until closed. */
    RingStore store();

    /** What this handle's connection has done; null where whoever opened it counts. */
    @Nullable EngineStats stats();

    /** Gives the store back. The last one to do so disconnects. */
    @Override
    void close();
  }
}
