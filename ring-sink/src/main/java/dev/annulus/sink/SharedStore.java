package dev.annulus.sink;

import dev.annulus.kv.EngineStats;
import dev.annulus.store.RingStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that is open in this process already, for a job on a MiniCluster beside it. A job's graph
 * is serialised even there, so the store is found again by name: the one static map of the project.
 *
 * @param name under which the store was put
 */
public record SharedStore(String name) implements StoreProvider {
  private static final Map<String, RingStore> STORES = new ConcurrentHashMap<>();

  /** Makes a store known to jobs of this process. */
  public static void put(String name, RingStore store) {
    STORES.put(name, store);
  }

  /** Makes a store unknown again. Jobs that have opened it keep it. */
  public static void remove(String name) {
    STORES.remove(name);
  }

  @Override
  public Handle open() {
    RingStore store = STORES.get(name);
    if (store == null) {
      throw new IllegalStateException("this process has no store named " + name);
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
        // Whoever opened it closes it.
      }
    };
  }
}
