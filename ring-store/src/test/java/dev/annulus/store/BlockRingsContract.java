package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Layout 2 against an independent model: random batches, replays, flushes, deletions, retention
 * changes and reopenings by two processes on one database, while transactions fail before and after
 * they commit.
 */
abstract class BlockRingsContract extends FlushContract {
  private static final int PARTITIONS = 3;
  private static final int ROUNDS = 80;

  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final Map<String, Expected> expected = new TreeMap<>();

  @BeforeEach
  void openLanes() {
    for (int p = 0; p < PARTITIONS; p++) {
      lanes.put(p, new Lane(p));
    }
  }

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

  private StoreFixture anyStore() {
    return stores.get(random.nextInt(stores.size()));
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
}
