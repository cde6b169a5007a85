package dev.annulus.store;

import static dev.annulus.store.StoreContract.values;
import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.state;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.Metric;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import dev.annulus.model.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the store promises about rings: which samples they hold, and what of them is kept. */
interface RingsContract extends StoreContract {

  @Test
  default void capacityAddsUpWhatRingsWerePromised() {
    fixture().write(gauge("small", 1, 10), 1, 1);
    fixture().write(gauge("large", 1, 1000), 1, 1);
    Capacity.Total total = fixture().store.capacity().total().join();
    List<Capacity.Item> all = fixture().store.capacity().page(-1, 10, () -> {}).join();
    assertThat(total.metrics()).isEqualTo(2);
    assertThat(total.slots()).isEqualTo(1010);
    assertThat(all)
        .extracting(item -> item.metric().key().name())
        .containsExactly("small", "large");
    assertThat(all.get(1).promised()).isGreaterThan(90 * all.get(0).promised());
    assertThat(total.promised()).isEqualTo(all.get(0).promised() + all.get(1).promised());
    assertThat(total.used()).isNotNegative();
    assertThat(fixture().store.capacity().page(all.get(0).metric().id(), 10, () -> {}).join())
        .hasSize(1);
    assertThat(fixture().store.capacity().page(-1, 1, () -> {}).join()).hasSize(1);
  }

  @Test
  default void aRingHoldsTheNewestLap() {
    SeriesSpec ring = gauge("r", 10, 3);
    fixture().write(ring, 0, 1, 10, 2, 20, 3, 30, 4, 40, 5);
    assertThat(fixture().ring("r"))
        .containsExactly(Map.entry(20L, 3.0), Map.entry(30L, 4.0), Map.entry(40L, 5.0));
  }

  @Test
  default void anOldSampleNeverErasesANewerLap() {
    SeriesSpec ring = gauge("r", 1, 10);
    fixture().write(ring, 100, 1, 101, 2);
    fixture().write(ring, 90, 9, 91, 9, 80, 9, 0, 9);
    assertThat(fixture().ring("r")).containsExactly(Map.entry(100L, 1.0), Map.entry(101L, 2.0));
  }

  @Test
  default void theLaterSampleOfOneWindowStays() {
    SeriesSpec ring = gauge("r", 60, 10);
    fixture().write(ring, 119, 1);
    fixture().write(ring, 61, 2);
    assertThat(fixture().ring("r")).containsExactly(Map.entry(119L, 1.0));
  }

  @Test
  default void aCorrectionWinsAndARedeliveryChangesNothing() {
    SeriesSpec ring = gauge("r", 1, 10);
    RingWriter writer = fixture().store.newWriter();
    writeAt(writer, 0, 5, true, samples(ring, 7, 1));
    writeAt(writer, 0, 6, true, samples(ring, 7, -2));
    writeAt(writer, 0, 5, true, samples(ring, 7, 1));
    assertThat(fixture().ring("r")).containsExactly(Map.entry(7L, -2.0));
    writeAt(writer, 0, 7, true, samples(ring, 7, 4, 7, 3));
    assertThat(fixture().ring("r"))
        .as("the last of one record")
        .containsExactly(Map.entry(7L, 3.0));
  }

  @Test
  default void aRangeIsInclusiveAtBothEnds() {
    fixture().write(gauge("r", 1, 100), 10, 1, 11, 2, 12, 3, 13, 4);
    long id = fixture().id("r");
    assertThat(fixture().scan(id, 11, 12))
        .containsExactly(Map.entry(11L, 2.0), Map.entry(12L, 3.0));
    assertThat(fixture().scan(id, 13, 13)).containsOnlyKeys(13L);
    assertThat(fixture().scan(id, 14, 99)).isEmpty();
    assertThat(fixture().scan(id, 12, 11)).isEmpty();
    assertThat(fixture().scan(id, -5, 10)).containsOnlyKeys(10L);
    assertThat(fixture().scan(id + 1000, 0, 99)).as("unknown metric").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.annulus.model.Seeds#fresh")
  default void aRingIsAMapFromSlotToTheLargestSample(long seed) {
    Random random = new Random(seed);
    RingGeometry geometry = RingGeometry.ofSeconds(1 + random.nextInt(7), 1 + random.nextInt(40));
    SeriesSpec spec = gauge("r", (int) geometry.stepSeconds(), geometry.slots());
    Map<Integer, long[]> model = new HashMap<>(); // slot to (ts, sequence, value)
    for (long offset = 0; offset < 40; offset++) {
      double[] record = new double[2 * (1 + random.nextInt(20))];
      for (int i = 0; i < record.length; i += 2) {
        record[i] = random.nextInt(400);
        record[i + 1] = random.nextInt(1000);
        long[] sample = {(long) record[i], (offset * 1000L) + (long) i, (long) record[i + 1]};
        model.merge(
            geometry.slot(Times.millis(sample[0])),
            sample,
            (a, b) -> b[0] > a[0] || (b[0] == a[0] && b[1] > a[1]) ? b : a);
      }
      fixture().write(spec, record);
    }
    TreeMap<Long, Double> expected = new TreeMap<>();
    model.values().forEach(sample -> expected.put(sample[0], (double) sample[2]));
    assertThat(fixture().ring("r")).isEqualTo(expected);
    for (int i = 0; i < 30; i++) {
      long from = random.nextInt(420) - 10L;
      long to = from + random.nextInt(200);
      assertThat(fixture().scan(fixture().id("r"), from, to))
          .isEqualTo(new TreeMap<>(expected.subMap(from, true, to, true)));
    }
  }

  @Test
  default void aRingLargerThanOneReadIsReadWhole() {
    int slots = 45_000;
    SeriesSpec spec = gauge("r", 1, slots);
    for (int from = 0; from < slots + 5000; from += 10_000) {
      double[] record = new double[20_000];
      for (int i = 0; i < 10_000; i++) {
        record[2 * i] = from + i;
        record[2 * i + 1] = i;
      }
      fixture().write(spec, record);
    }
    Map<Long, Double> ring = fixture().ring("r");
    assertThat(ring).hasSize(slots).containsKey(49_999L).containsKey(5_000L);
    assertThat(fixture().scan(fixture().id("r"), 4_000, 30_000)).hasSize(25_001);
  }

  @Test
  default void severalRingsAreReadTogetherHoweverLargeTheyAre() {
    int slots = 20_000;
    double[] record = new double[2 * slots];
    for (int i = 0; i < slots; i++) {
      record[2 * i] = i;
      record[2 * i + 1] = i;
    }
    fixture().write(gauge("large", 1, slots), record);
    fixture().write(gauge("small", 10, 100), 10, 1, 20, 2);
    List<Long> ids = List.of(fixture().id("small"), 4711L, fixture().id("large"));
    List<RingSlice> slices = fixture().together(fixture().now(), ids, 0, Long.MAX_VALUE);
    assertThat(slices).extracting(RingSlice::size).containsExactly(2, 0, slots);
    assertThat(slices.get(0).tsMillis()).startsWith(10_000, 20_000);
    assertThat(slices.get(2).tsMillis()[slots - 1]).isEqualTo((slots - 1) * 1_000L);
    assertThat(slices.get(2).values()[slots - 1]).isEqualTo(slots - 1);
    assertThat(fixture().together(fixture().now(), ids, 1, 0))
        .extracting(RingSlice::size)
        .containsExactly(0, 0, 0);
  }

  @Test
  default void aBatchLargerThanOneTransactionIsWrittenWhole() {
    double[] record = new double[2 * 60_000];
    for (int i = 0; i < 60_000; i++) {
      record[2 * i] = i;
      record[2 * i + 1] = i;
    }
    assertThat(fixture().write(gauge("r", 1, 60_000), record).written()).isEqualTo(60_000);
    assertThat(fixture().ring("r")).hasSize(60_000);
    assertThat(fixture().store.positions().read().join()).containsEntry(0, 1L);
  }

  @Test
  default void timesAndBitsAreKeptAsFarAsTheLayoutHasRoom() {
    double[] values = {
      StaleMarker.VALUE,
      Double.NaN,
      Double.longBitsToDouble(0xfff8_0000_0000_1234L),
      Double.POSITIVE_INFINITY,
      -0.0,
      Double.MIN_VALUE
    };
    for (int i = 0; i < values.length; i++) {
      long tsMillis = 1_000L * i + 7 * i;
      fixture()
          .write(
              new SeriesSamples(gauge("m" + i, 1, 60), new long[] {tsMillis}, values(values[i])));
      assertThat(fixture().bits("m" + i)).isEqualTo(kept(tsMillis, values[i]));
    }
    assertThat(fixture().ring("m0")).as("a staleness marker is no sample").isEmpty();
  }

  @Test
  default void theLaterMillisecondKeepsTheSlotAndThenTheLaterPosition() {
    SeriesSpec spec = gauge("m", 1, 60);
    if (fixture().store.keepsMillis()) {
      fixture().write(spec, 5.25, 1, 5.75, 2);
      fixture().write(spec, 5.5, 3);
      assertThat(fixture().ring("m")).as("the later in time").isEqualTo(Map.of(5L, 2.0));
      fixture().write(spec, 5.75, 4);
      assertThat(fixture().bits("m").keySet()).containsExactly(5_750L);
    } else {
      fixture().write(spec, 5.75, 2, 5.25, 1);
      fixture().write(spec, 5.5, 4);
      assertThat(fixture().bits("m").keySet()).containsExactly(5_000L);
    }
    assertThat(fixture().ring("m")).as("the later in the log").isEqualTo(Map.of(5L, 4.0));
  }

  @Test
  default void aRingMayBeFinerThanASecond() {
    SeriesSpec spec = new SeriesSpec(null, SeriesKey.of("m"), MetricType.GAUGE, 250L, 8);
    fixture().write(spec, 1, 1, 1.2, 2, 1.25, 3, 2.9, 4, 3.2, 5);
    Metric metric = fixture().store.registry().get(fixture().id("m")).join().orElseThrow();
    if (fixture().store.keepsMillis()) {
      assertThat(metric.ring().geometry()).isEqualTo(new RingGeometry(250, 8));
      // 3.2 s takes the slot of 1.2 s, a lap before.
      assertThat(fixture().bits("m").keySet()).containsExactly(1_250L, 2_900L, 3_200L);
      fixture().store.retention().change(metric.id(), new RingGeometry(125, 40)).join();
      assertThat(fixture().bits("m").keySet()).containsExactly(1_250L, 2_900L, 3_200L);
      fixture().store.retention().change(metric.id(), RingGeometry.ofSeconds(2, 2)).join();
      assertThat(fixture().bits("m").keySet()).containsExactly(1_250L, 3_200L);
    } else {
      assertThat(metric.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(1, 8));
      assertThat(fixture().bits("m").keySet()).containsExactly(1_000L, 2_000L, 3_000L);
    }
  }

  @Test
  default void aCountersValuesThatAreNoNumbersCountNothing() {
    SeriesSpec spec = counter("c");
    fixture().write(spec, 1, Double.NaN);
    assertThat(stateOf("c")).isEmpty();
    fixture().write(spec, 2, 10, 3, StaleMarker.VALUE, 4, 15, 5, Double.POSITIVE_INFINITY);
    fixture().write(spec, 6, Double.NaN);
    fixture().write(spec, 7, 4);
    assertThat(fixture().counterState("c")).isEqualTo(state(7, 1, 5 + 4, 4));
    assertThat(fixture().bits("c")).hasSize(fixture().store.keepsMillis() ? 7 : 3);
    assertThat(fixture().ring("c")).hasSize(fixture().store.keepsMillis() ? 6 : 3);
  }

  /** Milliseconds tell increments apart that share a second. */
  @Test
  default void incrementsOfOneSecondAddUpWhicheverLayout() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    for (int round = 0; round < 2; round++) {
      RingWriter writer = fixture().store.newWriter();
      for (int offset = round; offset < 4; offset++) {
        writeAt(writer, 0, offset, true, samples(deltas, 5 + 0.2 * offset, 1));
      }
    }
    assertThat(fixture().counterState("d").increase()).isEqualTo(4);
    assertThat(fixture().ring("d")).isEqualTo(Map.of(5L, 4.0));
  }
}
