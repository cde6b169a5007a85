package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one database of layout 2, whose flushes, reads and deletions overtake each
 * other.
 */
abstract class FlushContract {
  KeyValueEngine engine;
  byte[] prefix;
  long seed;
  Random random;
  final List<ChaosEngine> engines = new ArrayList<>();
  final List<StoreFixture> stores = new ArrayList<>();

  protected abstract KeyValueEngine engine();

  protected abstract byte[] keyPrefix();

  /** Closes the engine, or removes from a shared one what the test wrote. */
  protected abstract void release(KeyValueEngine used, KeyRange written);

  @BeforeEach
  void open() {
    engine = engine();
    prefix = keyPrefix();
    seed = ThreadLocalRandom.current().nextLong();
    random = new Random(seed);
    System.out.println("block rings: seed " + seed);
    for (int i = 0; i < 2; i++) {
      engines.add(new ChaosEngine(engine, random.nextLong()));
      stores.add(store(i));
    }
  }

  @AfterEach
  void close() {
    stores.forEach(StoreFixture::close);
    if (engine != null) {
      release(engine, KeyRange.startingWith(prefix));
    }
  }

  StoreFixture store(int i) {
    BlockConfig blocks =
        BlockConfig.DEFAULT
            .withSlotsPerBlock(BlockConfig.BLOCK)
            .flushingAt(8 << 10, Duration.ofMillis(1_500));
    return new StoreFixture(engines.get(i), prefix, blocks);
  }

  void awaitNoMarks() {
    Keys keys = new Keys(prefix);
    Awaitility.await("marks that have served")
        .atMost(Duration.ofSeconds(30))
        .until(() -> raw(keys.goneRings()) + raw(keys.goneCounters()) == 0);
  }

  int raw(KeyRange range) {
    return engine.read(tx -> tx.getRange(range, 10, Order.ASCENDING)).join().size();
  }

  /** Repeats what a caller would repeat. */
  static <T> T attempt(Supplier<CompletableFuture<T>> call) {
    while (true) {
      try {
        return call.get().join();
      } catch (RuntimeException e) {
        if (!(StoreException.unwrap(e) instanceof StoreException failure)
            || !failure.isTransient()) {
          throw e;
        }
      }
    }
  }

  void flushInBoth() {
    List<CompletableFuture<Void>> flushes = stores.stream().map(one -> one.store.flush()).toList();
    flushes.forEach(
        one -> {
          attempt(() -> one.exceptionally(failure -> null));
        });
  }

  /** An id of a client's choice is deleted and returns between a refresh and the read after it. */
  @Test
  void aReadThatADeletionOvertakesShowsNothingOfTheOldRing() {
    StoreFixture other = stores.get(0);
    SeriesSpec spec = new SeriesSpec(42L, SeriesKey.of("m"), MetricType.GAUGE, 1_000L, 100);
    other.write(spec, 1, 1, 2, 2);
    AtomicBoolean armed = new AtomicBoolean();
    BusyEngine busy =
        new BusyEngine(
            engine,
            () -> {
              if (armed.compareAndSet(true, false)) {
                other.store.registry().delete(42, LogOffsets.NONE).join();
                other.write(spec, 7, 7);
              }
            });
    try (StoreFixture reader = new StoreFixture(busy, prefix)) {
      assertThat(reader.ring("m")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
      long id = reader.id("m");
      armed.set(true);
      assertThat(reader.scan(id, 0, 100)).isEqualTo(Map.of(7L, 7.0));
      assertThat(armed).isFalse();
    }
  }

  @Test
  void aReadAsOfAMomentShowsARingAsItWasOrAsItIs() {
    StoreFixture other = stores.get(0);
    StoreFixture reader = stores.get(1);
    SeriesSpec spec = new SeriesSpec(42L, SeriesKey.of("m"), MetricType.GAUGE, 1_000L, 100);
    other.write(spec, 1, 1, 2, 2);
    Moment moment = reader.now();
    assertThat(reader.together(moment, List.of(42L), 0, 100_000).get(0).size()).isEqualTo(2);
    other.store.registry().delete(42, LogOffsets.NONE).join();
    other.write(spec, 7, 7);
    RingSlice ring = reader.together(moment, List.of(42L), 0, 100_000).get(0);
    // Never a mixture, and never nothing.
    assertThat(Arrays.copyOf(ring.tsMillis(), ring.size()))
        .isIn(new long[] {1_000, 2_000}, new long[] {7_000});
  }

  /** An id of a client's choice is deleted and returns between a flush's look and its commits. */
  @Test
  void aFlushThatADeletionOvertakesWritesNothingOfTheOldRing() {
    SeriesSpec spec = new SeriesSpec(42L, SeriesKey.of("m"), MetricType.COUNTER, 1_000L, 100);
    flushOvertakenBy(
        other -> other.write(spec, 1, 1, 2, 9),
        other -> {
          other.store.registry().delete(42, LogOffsets.NONE).join();
          other.write(spec, 7, 7);
        });
    try (StoreFixture later = new StoreFixture(engine, prefix)) {
      assertThat(later.ring("m")).isEqualTo(Map.of(7L, 7.0));
      assertThat(later.counterState("m")).isEqualTo(StoreFixture.state(7, 0, 0, 7));
      later.store.flush().join();
      assertThat(later.ring("m")).isEqualTo(Map.of(7L, 7.0));
      assertThat(later.counterState("m")).isEqualTo(StoreFixture.state(7, 0, 0, 7));
    }
  }

  /** The same lane grows and is flushed by another process meanwhile. */
  @Test
  void aFlushThatAnotherOvertakesDoesNotMoveTheMarkBack() {
    flushOvertakenBy(
        other -> other.write(counter("c"), 1, 1, 2, 2),
        other -> {
          other.write(counter("c"), 3, 3);
          other.store.flush().join();
          other.write(counter("c"), 4, 4);
        });
    try (StoreFixture later = new StoreFixture(engine, prefix)) {
      assertThat(later.ring("c")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0, 3L, 3.0, 4L, 4.0));
      assertThat(later.counterState("c").increase()).isEqualTo(3);
      assertThat(raw(new Keys(prefix).journal(0, 0, Long.MAX_VALUE))).isOne();
    }
  }

  /** Has one process flush, and another do something once the first has looked at the journal. */
  private void flushOvertakenBy(Consumer<StoreFixture> before, Consumer<StoreFixture> meanwhile) {
    stores.forEach(StoreFixture::close); // they would flush, too
    stores.clear();
    BlockConfig patient = BlockConfig.DEFAULT.withSlotsPerBlock(BlockConfig.BLOCK);
    AtomicBoolean armed = new AtomicBoolean();
    try (StoreFixture other = new StoreFixture(engine, prefix, patient)) {
      before.accept(other);
      BusyEngine busy =
          new BusyEngine(
              engine,
              () -> {
                if (armed.compareAndSet(true, false)) {
                  meanwhile.accept(other);
                }
              });
      try (StoreFixture flushing = new StoreFixture(busy, prefix, patient)) {
        armed.set(true);
        flushing.store.flush().join();
        assertThat(armed).isFalse();
      }
    }
  }

  /**
   * Readers of both processes while both flush: every read sees what was acknowledged before it.
   */
  @Test
  void whatIsAcknowledgedIsSeenWhileFlushesRun() throws Exception {
    AtomicLong acknowledged = new AtomicLong(-1);
    SeriesSpec spec = new SeriesSpec(null, SeriesKey.of("c"), MetricType.COUNTER, 1_000L, 100_000);
    stores.get(0).write(spec, 0, 0);
    acknowledged.set(0);
    long id = stores.get(0).id("c");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (int ts = 1; ts < 600; ts++) {
                stores.get(0).write(spec, ts, ts);
                acknowledged.set(ts);
                if (ts % 50 == 0) {
                  flushInBoth();
                }
              }
            });
    List<CompletableFuture<Void>> reading = new ArrayList<>();
    for (StoreFixture one : stores) {
      reading.add(
          whileRunning(
              writing,
              () -> {
                long least = acknowledged.get();
                Map<Long, Double> ring = one.scan(id, 0, 100_000);
                assertThat(ring).hasSizeGreaterThan((int) least);
                assertThat(one.counterState("c").increase()).isGreaterThanOrEqualTo(least);
              }));
      reading.add(
          whileRunning(
              writing,
              () -> {
                long least = acknowledged.get();
                Moment moment = one.now();
                for (int i = 0; i < 10; i++) {
                  RingSlice ring = one.together(moment, List.of(id), 0, Long.MAX_VALUE).get(0);
                  assertThat(ring.size()).isGreaterThan((int) least);
                }
              }));
      reading.add(
          whileRunning(
              writing,
              () -> {
                long least = acknowledged.get();
                assertThat(exported(one)).isGreaterThan(least);
              }));
    }
    writing.get();
    for (CompletableFuture<Void> one : reading) {
      one.get();
    }
  }

  private static CompletableFuture<Void> whileRunning(CompletableFuture<?> other, Runnable task) {
    return CompletableFuture.runAsync(
        () -> {
          do {
            task.run();
          } while (!other.isDone());
        },
        loop -> new Thread(loop).start());
  }

  /** How many samples an export holds. */
  private static long exported(StoreFixture store) {
    try {
      return store
          .store
          .transfer()
          .exportTo(OutputStream.nullOutputStream(), (stage, done) -> {})
          .samples();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The other process has advanced the counter by a reading, which is in the journal only. */
  @Test
  void incrementsAddUpOnAReadingThatAnotherProcessHasJournaled() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("c"));
    RingWriter writer = stores.get(1).store.newWriter();
    StoreFixture.writeAt(writer, 0, 0, true, samples(deltas, 1, 5));
    StoreFixture.writeAt(
        stores.get(0).store.newWriter(), 0, 1, true, samples(counter("c"), 2, 100));
    StoreFixture.writeAt(writer, 0, 2, true, samples(deltas, 3, 1));
    for (StoreFixture one : stores) {
      assertThat(one.counterState("c").increase()).isEqualTo(101);
      assertThat(one.ring("c")).isEqualTo(Map.of(1L, 5.0, 2L, 100.0, 3L, 101.0));
    }
  }

  @Test
  void anIdReturnsAfterItsMarkHasServed() {
    SeriesSpec spec = new SeriesSpec(42L, SeriesKey.of("m"), MetricType.COUNTER, 1_000L, 100);
    stores.get(0).write(spec, 1, 1, 2, 2);
    stores.get(0).store.registry().delete(42, LogOffsets.NONE).join();
    for (StoreFixture one : stores) {
      assertThat(one.scan(42, 0, 100)).as("knows the mark").isEmpty();
      one.store.flush().join();
    }
    awaitNoMarks();
    stores.get(0).write(spec, 7, 7);
    for (StoreFixture one : stores) {
      assertThat(one.ring("m")).isEqualTo(Map.of(7L, 7.0));
      assertThat(one.counterState("m")).isEqualTo(StoreFixture.state(7, 0, 0, 7));
    }
  }

  /** Writers wait for a flush; if none succeeds, the batch fails and can be repeated. */
  @Test
  void writersWaitWhileTheJournalIsFull() {
    BlockConfig small =
        new BlockConfig(BlockConfig.BLOCK, 4 << 10, Duration.ofMinutes(5), Duration.ofMillis(500));
    FailingEngine failing = new FailingEngine(engine);
    try (StoreFixture store = new StoreFixture(failing, prefix, small)) {
      double[] many = new double[4_000];
      Arrays.setAll(many, i -> Math.floor(i / 2.0));
      SeriesSpec spec = StoreFixture.gauge("m", 1, 10_000);
      store.write(spec, many);
      store.store.flush().join();
      failing.failAfter(1); // the next batch; no flush
      store.write(spec, many);
      assertThatThrownBy(() -> store.write(spec, 9_999, 1))
          .hasCauseInstanceOf(StoreException.class)
          .hasMessageContaining("the journal is full");
      failing.failAfter(Integer.MAX_VALUE);
      attempt(() -> store.store.flush());
      store.write(spec, 9_999, 1);
      assertThat(store.scan(store.id("m"), 9_999, 9_999)).hasSize(1);
    }
  }

  @Test
  void whatWasWrittenIsThereAfterReopeningWithoutAFlush() {
    StoreFixture first = stores.get(0);
    first.write(counter("c"), 1, 10, 2, 20);
    first.close();
    stores.set(0, store(0));
    assertThat(stores.get(0).ring("c")).isEqualTo(Map.of(1L, 10.0, 2L, 20.0));
    assertThat(stores.get(0).counterState("c").increase()).isEqualTo(10);
  }
}
