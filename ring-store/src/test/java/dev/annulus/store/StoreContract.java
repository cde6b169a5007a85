package dev.annulus.store;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A store on an engine, and what several of its contracts need. */
interface StoreContract {
  StoreFixture fixture();

  KeyValueEngine openEngine();

  /** The prefix of the store's keys. */
  byte[] prefix();

  /** Opens another store on an engine; closed after the test. */
  StoreFixture open(KeyValueEngine on, byte[] prefix);

  default MetricType typeOf(String name) {
    return fixture().store.registry().find(SeriesKey.of(name)).join().orElseThrow().type();
  }

  default Optional<CounterState> stateOf(String name) {
    long id = fixture().store.registry().find(SeriesKey.of(name)).join().orElseThrow().id();
    return fixture().store.counter(id).join();
  }

  default Map<Long, Long> kept(long tsMillis, double value) {
    if (fixture().store.keepsMillis()) {
      return Map.of(tsMillis, Double.doubleToRawLongBits(value));
    }
    return Double.isFinite(value)
        ? Map.of(Times.millis(Times.seconds(tsMillis)), Double.doubleToRawLongBits(value))
        : Map.of();
  }

  static double[] values(double... values) {
    return values;
  }

  static SeriesSpec withId(long id, String name) {
    return new SeriesSpec(id, SeriesKey.of(name), MetricType.GAUGE, null, null);
  }

  default int rawKeys(long ringId) {
    Keys keys = new Keys(prefix());
    return rawKeys(keys.ring(ringId).all()) + rawKeys(keys.blocks(ringId).all());
  }

  default int rawKeys(KeyRange range) {
    return openEngine()
        .read(tx -> tx.getRange(range, 10, dev.annulus.kv.ReadTransaction.Order.ASCENDING))
        .join()
        .size();
  }

  default void set(byte[] key, byte[] value) {
    openEngine()
        .write(
            tx -> {
              tx.set(key, value);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }

  static CompletableFuture<Void> clear(dev.annulus.kv.Transaction tx, KeyRange range) {
    tx.clear(range);
    return CompletableFuture.completedFuture(null);
  }

  static void concurrently(int threads, Callable<Void> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> future : pool.invokeAll(Collections.nCopies(threads, task))) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
