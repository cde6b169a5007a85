package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.state;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Temporality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What the store promises about counters, whose samples are readings or increments. */
interface CountersContract extends StoreContract {

  @Test
  default void aCountersResetsAreTakenOutOfItsIncrease() {
    SeriesSpec spec = counter("c");
    fixture().write(spec, 1, 100, 2, 110, 3, 5);
    fixture().write(spec, 4, 8, 3, 999, 2, 0);
    CounterState state = fixture().counterState("c");
    assertThat(state).isEqualTo(state(4, 1, 10 + 5 + 3, 8));
  }

  @Test
  default void aNewWriterCarriesACounterOn() {
    fixture().write(counter("c"), 1, 10, 2, 20);
    writeAt(fixture().store.newWriter(), 0, 1, true, samples(counter("c"), 3, 25));
    assertThat(fixture().counterState("c").increase()).isEqualTo(15);
  }

  @Test
  default void replayingTheLogLeavesCountersAlone() {
    for (int round = 0; round < 2; round++) {
      RingWriter writer = fixture().store.newWriter();
      writeAt(writer, 0, 0, true, samples(counter("c"), 1, 10, 2, 20));
      writeAt(writer, 0, 1, true, samples(counter("c"), 3, 5));
      writeAt(writer, 0, 2, true, samples(counter("c"), 4, 7));
    }
    assertThat(fixture().counterState("c")).isEqualTo(state(4, 1, 17, 7));
  }

  @Test
  default void aCounterDoesNotDependOnWhereBatchesEnd() {
    double[][] records = {{1, 100}, {3, 120}, {2, 5}, {5, 10, 4, 130}, {4, 0}};
    List<LoggedSamples> batch = new ArrayList<>();
    for (int offset = 0; offset < records.length; offset++) {
      fixture().write(counter("alone"), records[offset]);
      SeriesSamples together = samples(counter("together"), records[offset]);
      batch.add(new LoggedSamples(together, 0, offset, 0, true));
    }
    fixture().store.newWriter().write(batch, Map.of()).join();
    CounterState expected = state(5, 1, 20 + 10 + 10, 10);
    assertThat(fixture().counterState("alone")).isEqualTo(expected);
    assertThat(fixture().counterState("together")).isEqualTo(expected);
  }

  private void assertTotals(String name, CounterState expected) {
    CounterState state = fixture().counterState(name);
    assertThat(
            new CounterState(
                state.lastTsMillis(), state.resets(), state.increase(), state.lastRaw()))
        .isEqualTo(expected);
  }

  @Test
  default void incrementsAddUp() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    fixture().write(deltas, 1, 5, 2, 1);
    fixture().write(deltas, 2, 2); // in the same second, sent by itself
    fixture().write(deltas, 3, 1, 3, 2); // twice in one second
    fixture().write(samples(deltas, 5, 4, 4, 10));
    assertThat(fixture().ring("d"))
        .isEqualTo(Map.of(1L, 5.0, 2L, 8.0, 3L, 11.0, 4L, 21.0, 5L, 25.0));
    assertTotals("d", state(5, 0, 25, 25));
  }

  @Test
  default void incrementsDoNotDependOnWhereBatchesEnd() {
    SeriesSpec alone = SeriesSpec.deltasOf(SeriesKey.of("alone"));
    SeriesSpec together = SeriesSpec.deltasOf(SeriesKey.of("together"));
    double[][] records = {{1, 100}, {3, 20}, {2, 5}, {5, 10, 4, 1, 4, 2}, {4, 7}, {6, 1}};
    List<LoggedSamples> batch = new ArrayList<>();
    for (int offset = 0; offset < records.length; offset++) {
      fixture().write(alone, records[offset]);
      batch.add(new LoggedSamples(samples(together, records[offset]), 0, offset, 0, true));
    }
    fixture().store.newWriter().write(batch, Map.of()).join();
    assertThat(fixture().ring("together"))
        .isEqualTo(Map.of(1L, 100.0, 3L, 125.0, 4L, 128.0, 5L, 145.0, 6L, 146.0))
        .isEqualTo(fixture().ring("alone"));
    assertTotals("together", state(6, 0, 146, 146));
    assertThat(fixture().counterState("together")).isEqualTo(fixture().counterState("alone"));
  }

  @Test
  default void replayingTheLogAddsNoIncrementTwice() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    for (int round = 0; round < 3; round++) {
      RingWriter writer = fixture().store.newWriter();
      for (int offset = round; offset < 10; offset++) {
        writeAt(writer, 0, offset, true, samples(deltas, offset, offset));
      }
    }
    assertTotals("d", state(9, 0, 45, 45));
    assertThat(fixture().ring("d")).hasSize(10).containsEntry(8L, 36.0).containsEntry(9L, 45.0);
  }

  /** A repeated increment is told by its exact time, however often and through whom it comes. */
  @Test
  default void incrementsWithExactTimesCountOnceEach() {
    SeriesSpec deltas =
        new SeriesSpec(
            null, SeriesKey.of("d"), MetricType.COUNTER, 1_000L, 60, Temporality.DELTA_NANOS, true);
    long second = 1_000_000_000L;
    writeAt(fixture().store.newWriter(), 0, 0, true, times(deltas, 7 * second + 1, 3));
    writeAt(fixture().store.newWriter(), 0, 1, true, times(deltas, 7 * second + 2, 2));
    writeAt(
        fixture().store.newWriter(), 0, 2, true, times(deltas, 7 * second + 2, 2)); // sent again
    writeAt(fixture().store.newWriter(), 0, 1, true, times(deltas, 7 * second + 2, 2)); // replayed
    assertThat(fixture().ring("d")).isEqualTo(Map.of(7L, 5.0));
    writeAt(fixture().store.newWriter(), 0, 3, true, times(deltas, 8 * second, 1));
    assertThat(fixture().ring("d")).isEqualTo(Map.of(7L, 5.0, 8L, 6.0));
  }

  private static SeriesSamples times(SeriesSpec spec, long time, double value) {
    return new SeriesSamples(spec, new long[] {time}, new double[] {value});
  }

  /** Random increments, batches and redeliveries, against a plain sum. */
  @Test
  default void everyIncrementCountsOnceWhereverBatchesEndAndReplaysBegin() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    List<SeriesSamples> log = new ArrayList<>();
    double sum = 0;
    for (int offset = 0; offset < 60; offset++) {
      double[] tsAndValues = new double[2 * (1 + random.nextInt(4))];
      for (int i = 0; i < tsAndValues.length; i += 2) {
        tsAndValues[i] = Math.max(0, offset / 5 + random.nextInt(5) - 2);
        tsAndValues[i + 1] = random.nextInt(10);
        sum += tsAndValues[i + 1];
      }
      log.add(samples(deltas, tsAndValues));
    }
    int committed = 0;
    while (committed < log.size()) {
      RingWriter writer = fixture().store.newWriter();
      int next = Math.max(0, committed - random.nextInt(10));
      while (next < log.size() && random.nextInt(6) != 0) {
        List<LoggedSamples> batch = new ArrayList<>();
        for (int end = Math.min(log.size(), next + 1 + random.nextInt(5)); next < end; next++) {
          batch.add(new LoggedSamples(log.get(next), 0, next, 0, true));
        }
        writer.write(batch, Map.of()).join();
        committed = Math.max(committed, next);
      }
    }
    assertThat(fixture().counterState("d").increase()).as("seed %d", seed).isEqualTo(sum);
    assertThat(fixture().ring("d").values()).as("seed %d", seed).contains(sum);
  }

  @Test
  default void incrementsAndReadingsOfOneCounterGoTogether() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("c"));
    fixture()
        .write(samples(counter("c"), 1, 100), samples(deltas, 2, 5), samples(counter("c"), 3, 9));
    fixture().write(deltas, 4, 1);
    fixture().write(counter("c"), 5, 30);
    assertThat(fixture().ring("c"))
        .isEqualTo(Map.of(1L, 100.0, 2L, 105.0, 3L, 9.0, 4L, 10.0, 5L, 30.0));
    assertThat(fixture().counterState("c")).isEqualTo(state(5, 1, 5 + 9 + 1 + 20, 30));
  }

  @Test
  default void moreIncrementsThanOneTransactionHoldsAddUp() {
    int count = 30_000;
    SeriesSpec deltas =
        new SeriesSpec(
            null, SeriesKey.of("d"), MetricType.COUNTER, 1_000L, 100_000, Temporality.DELTA, false);
    double[] tsAndValues = new double[2 * count];
    for (int i = 0; i < count; i++) {
      tsAndValues[2 * i] = i;
      tsAndValues[2 * i + 1] = 2;
    }
    fixture()
        .write(samples(deltas, tsAndValues), samples(SeriesSpec.deltasOf(SeriesKey.of("e")), 1, 1));
    assertTotals("d", state(count - 1, 0, 60_000, 60_000));
    Map<Long, Double> ring = fixture().ring("d");
    assertThat(ring).hasSize(count);
    ring.forEach((ts, value) -> assertThat(value).isEqualTo(2.0 * (ts + 1)));
    assertThat(fixture().ring("e")).isEqualTo(Map.of(1L, 1.0));
  }

  @Test
  default void aCounterFromTwoPartitionsLosesNothing() {
    RingWriter home = fixture().store.newWriter();
    RingWriter foreign = fixture().store.newWriter();
    for (int i = 0; i < 10; i++) {
      writeAt(home, 0, i, true, samples(counter("c"), 2 * i, 10.0 * i));
      writeAt(foreign, 1, i, false, samples(counter("c"), 2 * i + 1, 10.0 * i + 5));
    }
    assertThat(fixture().counterState("c")).isEqualTo(state(19, 0, 95, 95));
    assertThat(
            fixture().store.registry().find(SeriesKey.of("c")).join().orElseThrow().sharedCounter())
        .isTrue();
  }
}
