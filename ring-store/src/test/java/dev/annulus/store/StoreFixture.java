package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A store in a key space of its own, and short words for what tests do with it. */
final class StoreFixture implements AutoCloseable {
  final RingStore store;
  private final RingWriter writer;
  private long offset;

  StoreFixture(KeyValueEngine engine, byte[] prefix) {
    this(engine, prefix, BlockConfig.DEFAULT);
  }

  StoreFixture(KeyValueEngine engine, byte[] prefix, BlockConfig blocks) {
    StoreConfig config =
        new StoreConfig(
            prefix,
            StoreConfig.DEFAULT.defaultGeometry(),
            StoreConfig.DEFAULT.transactionBytes(),
            100_000,
            () -> Instant.ofEpochSecond(1_000_000));
    store = RingStore.open(engine, config.withBlocks(blocks)).join();
    writer = store.newWriter();
  }

  @Override
  public void close() {
    store.close();
  }

  static SeriesSpec gauge(String name, int step, int slots) {
    return new SeriesSpec(null, SeriesKey.of(name), MetricType.GAUGE, Times.millis(step), slots);
  }

  static SeriesSpec gauge(String name, Map<String, String> tags) {
    return SeriesSpec.of(SeriesKey.of(name, tags), MetricType.GAUGE);
  }

  static SeriesSpec counter(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.COUNTER);
  }

  /** Samples at times in seconds, whose fractions are whole milliseconds. */
  static SeriesSamples samples(SeriesSpec spec, double... tsAndValues) {
    long[] timestamps = new long[tsAndValues.length / 2];
    double[] values = new double[timestamps.length];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = Math.round(Times.PER_SECOND * tsAndValues[2 * i]);
      values[i] = tsAndValues[2 * i + 1];
    }
    return new SeriesSamples(spec, timestamps, values);
  }

  /** The offset the next record will have. */
  long nextOffset() {
    return offset;
  }

  /** Logs a record in partition 0 and writes it. */
  RingWriter.Outcome write(SeriesSamples... record) {
    return writeAt(writer, 0, offset++, true, record);
  }

  RingWriter.Outcome write(SeriesSpec spec, double... tsAndValues) {
    return write(samples(spec, tsAndValues));
  }

  static RingWriter.Outcome writeAt(
      RingWriter writer, int partition, long offset, boolean home, SeriesSamples... record) {
    List<LoggedSamples> logged = new ArrayList<>();
    int index = 0;
    for (SeriesSamples samples : record) {
      logged.add(new LoggedSamples(samples, partition, offset, index, home));
      index += samples.size();
    }
    return writer.write(logged, Map.of(partition, offset + 1)).join();
  }

  long id(String name) {
    return store.registry().find(SeriesKey.of(name)).join().orElseThrow().id();
  }

  boolean exists(String name) {
    return store.registry().find(SeriesKey.of(name)).join().isPresent();
  }

  /** What a ring holds, by ts in seconds. */
  Map<Long, Double> ring(String name) {
    return scan(id(name), 0, Long.MAX_VALUE);
  }

  /** What a ring holds from the start of a second to the end of another, by ts in seconds. */
  Map<Long, Double> scan(long id, long from, long to) {
    Map<Long, Double> samples = new TreeMap<>();
    scanMillis(id, Times.millis(from), Times.lastMillis(to))
        .forEach((tsMillis, value) -> samples.put(Times.seconds(tsMillis), value));
    return samples;
  }

  /** The bits of what a ring holds, staleness markers too, by ts in milliseconds. */
  Map<Long, Long> bits(String name) {
    return bits(id(name), 0, Long.MAX_VALUE);
  }

  Map<Long, Long> bits(long id, long fromMillis, long toMillis) {
    Map<Long, Long> bits = new TreeMap<>();
    RingSlice slice = together(now(), List.of(id), fromMillis, toMillis).get(0);
    byTime(slice)
        .forEach((tsMillis, value) -> bits.put(tsMillis, Double.doubleToRawLongBits(value)));
    return bits;
  }

  Moment now() {
    return store.rings().now().join();
  }

  /** What several rings hold, read together. */
  List<RingSlice> together(Moment moment, List<Long> ids, long fromMillis, long toMillis) {
    return store.rings().scan(moment, ids, fromMillis, toMillis, true, (slots, bytes) -> {}).join();
  }

  Map<Long, Double> scanMillis(long id, long fromMillis, long toMillis) {
    return byTime(store.rings().scan(id, fromMillis, toMillis, (slots, bytes) -> {}).join());
  }

  private static Map<Long, Double> byTime(RingSlice slice) {
    Map<Long, Double> samples = new TreeMap<>();
    for (int i = 0; i < slice.size(); i++) {
      if (i > 0 && slice.tsMillis()[i] <= slice.tsMillis()[i - 1]) {
        throw new AssertionError("not in time order: " + slice.tsMillis()[i]);
      }
      samples.put(slice.tsMillis()[i], slice.values()[i]);
    }
    return samples;
  }

  /** A counter state after readings. */
  static CounterState state(long ts, long resets, double increase, double lastRaw) {
    return new CounterState(Times.millis(ts), resets, increase, lastRaw);
  }

  CounterState counterState(String name) {
    return store.counter(id(name)).join().orElseThrow();
  }
}
