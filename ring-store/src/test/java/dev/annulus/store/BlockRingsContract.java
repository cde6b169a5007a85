package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * Layout 2 against an independent model: random batches, replays, flushes, deletions, retention
 * changes and reopenings by two processes on one database, while transactions fail before and after
 * they commit.
 */
abstract class BlockRingsContract {
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 80;

  private KeyValueEngine engine;
  private byte[] prefix;
  private long seed;
  private Random random;
  private final List<ChaosEngine> engines = new ArrayList<>();
  private final List<StoreFixture> stores = new ArrayList<>();
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final Map<String, Expected> expected = new TreeMap<>();

  protected abstract KeyValueEngine engine();

  protected abstract byte[] keyPrefix();

  /** Closes the engine, or removes from a shared one what the test wrote. */
  protected abstract void release(KeyValueEngine used, KeyRange written);

  /** A partition of the log, and who writes it. */
  private static final class Lane {
    private final int partition;
    private final List<SeriesSamples[]> log = new ArrayList<>();
    private RingWriter writer;

    Lane(int partition) {
      this.partition = partition;
    }
  }

  /** What a series must hold. */
  private static final class Expected {
    private final SeriesSpec spec;
    private RingGeometry geometry;
    private final Map<Integer, long[]> slots = new HashMap<>(); // to ts, sequence, value bits
    private long floor;
    private boolean exists;
    private boolean counted;
    private long lastTs;
    private double increase;
    private double lastRaw;
    private double sum;

    Expected(SeriesSpec spec) {
      this.spec = spec;
      this.geometry = geometryOf(spec);
    }

    static RingGeometry geometryOf(SeriesSpec spec) {
      return spec.geometryOr(RingGeometry.DEFAULT);
    }

    void put(long ts, long sequence, double value) {
      slots.merge(
          geometry.slot(ts),
          new long[] {ts, sequence, Double.doubleToRawLongBits(value)},
          (a, b) -> b[0] > a[0] || (b[0] == a[0] && b[1] >= a[1]) ? b : a);
    }

    void count(long ts, double raw) {
      if (Double.isFinite(raw) && (!counted || ts > lastTs)) {
        increase += !counted ? 0 : raw < lastRaw ? raw : raw - lastRaw;
        lastTs = ts;
        lastRaw = raw;
        counted = true;
      }
    }

    void move(RingGeometry to) {
      List<long[]> all = List.copyOf(slots.values());
      slots.clear();
      geometry = to;
      all.forEach(one -> put(one[0], one[1], Double.longBitsToDouble(one[2])));
    }

    void delete(long logEnd) {
      floor = logEnd;
      exists = false;
      counted = false;
      slots.clear();
      geometry = geometryOf(spec);
      increase = 0;
      sum = 0;
    }

    Map<Long, Long> bits() {
      Map<Long, Long> samples = new TreeMap<>();
      slots.values().forEach(one -> samples.put(one[0], one[2]));
      return samples;
    }
  }

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
    for (int p = 0; p < PARTITIONS; p++) {
      lanes.put(p, new Lane(p));
    }
  }

  @AfterEach
  void close() {
    stores.forEach(StoreFixture::close);
    if (engine != null) {
      release(engine, KeyRange.startingWith(prefix));
    }
  }

  private StoreFixture store(int i) {
    BlockConfig blocks =
        BlockConfig.DEFAULT
            .withSlotsPerBlock(BlockConfig.BLOCK)
            .flushingAt(8 << 10, Duration.ofMillis(1_500));
    return new StoreFixture(engines.get(i), prefix, blocks);
  }

  @RepeatedTest(6)
  void ringsAreWhatAMapWouldHold() {
    for (int round = 0; round < ROUNDS; round++) {
      engines.forEach(one -> one.calm(false));
      for (int i = random.nextInt(5); i >= 0; i--) {
        write(lanes.get(random.nextInt(PARTITIONS)));
      }
      switch (random.nextInt(10)) {
        case 0, 1 -> delete();
        case 2, 3 -> changeRetention();
        case 4 -> reopen(random.nextInt(2));
        case 5, 6 -> attempt(() -> anyStore().store.flush());
        case 7 -> takeOver(lanes.get(random.nextInt(PARTITIONS)));
        case 8 -> flushInBoth();
        default -> replay(lanes.get(random.nextInt(PARTITIONS)));
      }
      engines.forEach(one -> one.calm(true));
      check(stores.get(round % 2), "round " + round);
    }
    stores.forEach(one -> check(one, "in the end"));
    stores.forEach(one -> one.store.flush().join());
    stores.forEach(one -> check(one, "flushed"));
    assertThat(raw(new Keys(prefix).journal(0, 0, Long.MAX_VALUE))).isZero();
    awaitNoMarks();
  }

  private void awaitNoMarks() {
    Keys keys = new Keys(prefix);
    Awaitility.await("marks that have served")
        .atMost(Duration.ofSeconds(30))
        .until(() -> raw(keys.goneRings()) + raw(keys.goneCounters()) == 0);
  }

  private int raw(KeyRange range) {
    return engine.read(tx -> tx.getRange(range, 10, Order.ASCENDING)).join().size();
  }

  private StoreFixture anyStore() {
    return stores.get(random.nextInt(stores.size()));
  }

  /** Repeats what a caller would repeat. */
  private static <T> T attempt(Supplier<CompletableFuture<T>> call) {
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

  /** Logs a record of some series and has the partition's writer write it. */
  private void write(Lane lane) {
    Map<String, SeriesSamples> record = new TreeMap<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int series = random.nextInt(6) * PARTITIONS + lane.partition;
      String name = "s" + series;
      Expected one = expected.computeIfAbsent(name, key -> new Expected(spec(key, series)));
      double[] tsAndValues = new double[2 * (1 + random.nextInt(6))];
      for (int k = 0; k < tsAndValues.length; k += 2) {
        tsAndValues[k] = lane.log.size() / 2 + random.nextInt(80) + fraction();
        tsAndValues[k + 1] = value(one.spec);
      }
      record.put(name, samples(one.spec, tsAndValues));
    }
    SeriesSamples[] logged = record.values().toArray(SeriesSamples[]::new);
    int offset = lane.log.size();
    lane.log.add(logged);
    if (lane.writer == null) {
      lane.writer = anyStore().store.newWriter();
    }
    writeAt(lane, lane.writer, offset);
    model(logged, offset);
  }

  /** Times of many senders are whole seconds. */
  private double fraction() {
    return random.nextBoolean() ? 0 : random.nextInt(1_000) / 1_000.0;
  }

  private double value(SeriesSpec spec) {
    if (!spec.delta() && random.nextInt(8) == 0) {
      return random.nextBoolean() ? StaleMarker.VALUE : Double.NaN;
    }
    return random.nextInt(500) / 4.0;
  }

  private static SeriesSpec spec(String name, int series) {
    if (series % 4 == 1) {
      return counter(name);
    }
    if (series % 4 == 3) {
      return SeriesSpec.deltasOf(SeriesKey.of(name));
    }
    // Half of the others have ids of their own choice, which return after a deletion.
    Long id = series % 2 == 0 ? 1_000L + series : null;
    return new SeriesSpec(
        id, SeriesKey.of(name), MetricType.GAUGE, 250L * (1 + series % 9), 20 + 7 * series);
  }

  private void writeAt(Lane lane, RingWriter writer, int offset) {
    List<LoggedSamples> batch = new ArrayList<>();
    int index = 0;
    for (SeriesSamples samples : lane.log.get(offset)) {
      batch.add(new LoggedSamples(samples, lane.partition, offset, index, true));
      index += samples.size();
    }
    RingWriter.Outcome outcome =
        attempt(() -> writer.write(batch, Map.of(lane.partition, offset + 1L)));
    assertThat(outcome.rejected()).as("seed %d", seed).isEmpty();
  }

  private void model(SeriesSamples[] record, int offset) {
    int index = 0;
    for (SeriesSamples samples : record) {
      Expected one = expected.get(samples.series().keyOrDefault().name());
      TreeMap<Long, Double> byTime = new TreeMap<>();
      for (int i = 0; i < samples.size(); i++) {
        one.put(samples.timestamps()[i], ((long) offset << 16) + index++, samples.values()[i]);
        if (Double.isFinite(samples.values()[i])) {
          byTime.putIfAbsent(samples.timestamps()[i], samples.values()[i]);
        }
        one.sum += samples.values()[i];
      }
      byTime.forEach(
          (ts, value) -> {
            one.count(ts, value);
            one.exists = true;
          });
      one.exists = true;
    }
  }

  /** What an earlier, smaller ring has lost may find room in the present one. */
  private void modelReplay(SeriesSamples[] record, int offset) {
    int index = 0;
    for (SeriesSamples samples : record) {
      Expected one = expected.get(samples.series().keyOrDefault().name());
      for (int i = 0; i < samples.size(); i++) {
        if (offset >= one.floor) {
          one.put(samples.timestamps()[i], ((long) offset << 16) + index, samples.values()[i]);
        }
        index++;
      }
    }
  }

  /** A new writer, perhaps in the other process, starts some records before the end. */
  private void takeOver(Lane lane) {
    lane.writer = anyStore().store.newWriter();
    replay(lane);
  }

  private void replay(Lane lane) {
    if (lane.writer == null) {
      return;
    }
    // A writer that has fallen back must not write as the old one: it would have lost its batches.
    RingWriter writer = anyStore().store.newWriter();
    int from = Math.max(0, lane.log.size() - random.nextInt(6));
    for (int offset = from; offset < lane.log.size(); offset++) {
      writeAt(lane, writer, offset);
      modelReplay(lane.log.get(offset), offset);
    }
    lane.writer = writer;
  }

  private void delete() {
    Optional<String> name = anyName();
    if (name.isEmpty()) {
      return;
    }
    Expected one = expected.get(name.get());
    long[] ends = new long[PARTITIONS];
    Arrays.setAll(ends, p -> lanes.get(p).log.size());
    Optional<Metric> metric =
        attempt(() -> anyStore().store.registry().find(one.spec.keyOrDefault()));
    if (metric.isPresent()) {
      attempt(() -> anyStore().store.registry().delete(metric.get().id(), new LogOffsets(ends)));
      one.delete(ends[partitionOf(name.get())]);
    }
  }

  private static int partitionOf(String name) {
    return Integer.parseInt(name.substring(1)) % PARTITIONS;
  }

  private void changeRetention() {
    Optional<String> name = anyName();
    if (name.isEmpty()) {
      return;
    }
    Expected one = expected.get(name.get());
    Optional<Metric> metric =
        attempt(() -> anyStore().store.registry().find(one.spec.keyOrDefault()));
    if (metric.isPresent()) {
      RingGeometry to = new RingGeometry(125L * (1 + random.nextInt(20)), 10 + random.nextInt(200));
      attempt(() -> anyStore().store.retention().change(metric.get().id(), to));
      one.move(to);
    }
  }

  private Optional<String> anyName() {
    List<String> names = List.copyOf(expected.keySet());
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(names.get(random.nextInt(names.size())));
  }

  private void reopen(int i) {
    engines.get(i).calm(true);
    StoreFixture old = stores.get(i);
    old.close();
    stores.set(i, store(i));
    lanes.values().forEach(lane -> lane.writer = null);
  }

  private void flushInBoth() {
    List<CompletableFuture<Void>> flushes = stores.stream().map(one -> one.store.flush()).toList();
    flushes.forEach(
        one -> {
          attempt(() -> one.exceptionally(failure -> null));
        });
  }

  private void check(StoreFixture store, String when) {
    expected.forEach(
        (name, one) -> {
          String what = "%s %s, seed %d".formatted(name, when, seed);
          assertThat(store.exists(name)).as(what).isEqualTo(one.exists);
          if (!one.exists) {
            return;
          }
          if (one.spec.delta()) {
            assertThat(store.counterState(name).increase()).as(what).isEqualTo(one.sum);
            assertThat(store.ring(name)).as(what).isNotEmpty();
            return;
          }
          Map<Long, Long> all = one.bits();
          assertThat(store.bits(name)).as(what).isEqualTo(all);
          long from = random.nextInt(120_000);
          long to = from + random.nextInt(40_000);
          assertThat(store.bits(store.id(name), from, to))
              .as(what)
              .isEqualTo(new TreeMap<>(all).subMap(from, true, to, true));
          if (one.spec.type() == MetricType.COUNTER && one.counted) {
            assertThat(store.counterState(name).increase()).as(what).isEqualTo(one.increase);
          }
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
