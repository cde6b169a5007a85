package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.store.RingStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that is already open in this process, for a job on an in-process MiniCluster. Even there
 * Flink serializes the job graph, so tasks find the store by name: the one static map of the
 * project.
 *
 * @param name the name the store is registered under
 */
public record SharedStore(String name) implements StoreProvider {
  private static final Map<String, RingStore> STORES = new ConcurrentHashMap<>();

  /** Registers a store for jobs of this process. */
  public static void put(String name, RingStore store) {
    STORES.put(name, store);
  }

  /** Unregisters a store. Jobs that have opened it keep it. */
  public static void remove(String name) {
    STORES.remove(name);
  }

  @Override
  public Handle open() {
    RingStore store = STORES.get(name);
    if (store == null) {
      throw new IllegalStateException("no store is registered under the name " + name);
    }
    return new Handle() {
      @Override
      public RingStore store() {
        return store;
      }

      @Override
      public @Nullable EngineStats stats() {
        return null;
      }

      @Override
      public void close() {
        // The owner closes it.
      }
    };
  }
}
