package dev.annulus.sink;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.fdb.FoundationEngine;
import dev.annulus.store.RingStore;
import dev.annulus.store.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A store on a FoundationDB cluster, for a job on a real Flink cluster. Each task has a connection
 * of its own; all of a process share FoundationDB's one network thread.
 *
 * @param clusterFile on every task manager
 * @param timeout how long one transaction may take with all its retries
 * @param keyPrefix before every key, empty for none
 */
public record ClusterStore(String clusterFile, Duration timeout, String keyPrefix)
    implements StoreProvider {

  @Override
  public Handle open() {
    ExecutorService executor = Executors.newFixedThreadPool(2, ClusterStore::thread);
    KeyValueEngine engine = FoundationEngine.open(Path.of(clusterFile), executor, timeout);
    StoreConfig config =
        StoreConfig.DEFAULT.withKeyPrefix(keyPrefix.getBytes(StandardCharsets.UTF_8));
    RingStore store = RingStore.open(engine, config).join();
    return new Handle() {
      @Override
      public RingStore store() {
        return store;
      }

      @Override
      public void close() {
        engine.close();
        executor.shutdown();
      }
    };
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "annulus-store");
    thread.setDaemon(true);
    return thread;
  }
}
