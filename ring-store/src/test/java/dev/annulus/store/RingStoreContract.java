package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.state;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.StoreException;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.Sample;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import dev.annulus.model.Tag;
import dev.annulus.model.Temporality;
import dev.annulus.model.Times;
import dev.annulus.store.LogIdentity.Adopted;
import dev.annulus.store.LogIdentity.Change;
import dev.annulus.wire.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store promises on every engine. */
public abstract class RingStoreContract {
  private byte[] prefix = {};
  private KeyValueEngine engine;
  private StoreFixture fixture;
  private final List<StoreFixture> opened = new ArrayList<>();

  protected abstract KeyValueEngine engine();

  /** Closes the engine, or removes from a shared one what the test wrote. */
  protected abstract void release(KeyValueEngine used, KeyRange written);

  /** The prefix of this test's database: none, unless the engine is shared. */
  protected byte[] keyPrefix() {
    return new byte[0];
  }

  /** How the databases of these tests keep rings. */
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT;
  }

  private StoreFixture open(KeyValueEngine on, byte[] withPrefix) {
    StoreFixture store = new StoreFixture(on, withPrefix, blocks());
    opened.add(store);
    return store;
  }

  private KeyRange everything() {
    return prefix.length == 0
        ? new KeyRange(prefix, new byte[] {(byte) 0xFF})
        : KeyRange.startingWith(prefix);
  }

  @BeforeEach
  void openStore() {
    engine = engine();
    prefix = keyPrefix();
    fixture = open(engine, prefix);
  }

  @AfterEach
  void releaseEngine() {
    opened.forEach(StoreFixture::close);
    if (engine != null) {
      release(engine, everything());
    }
  }

  // Series

  @Test
  void aWriterThatMayKeepFewSeriesWritesAllOfThem() {
    Random random = new Random(1);
    List<SeriesSpec> specs = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      specs.add(gauge("m" + i, 1, 100));
    }
    for (int round = 1; round <= 6; round++) {
      Collections.shuffle(specs, random);
      if (round == 4) {
        fixture.store.registry().delete(fixture.id("m7"), LogOffsets.NONE).join();
      }
      for (int from = 0; from < specs.size(); from += 500) {
        SeriesSamples[] record = new SeriesSamples[500];
        for (int i = 0; i < 500; i++) {
          record[i] = samples(specs.get(from + i), round, round);
        }
        assertThat(fixture.write(record).written()).isEqualTo(500);
      }
    }
    assertThat(fixture.ring("m7")).containsOnlyKeys(4L, 5L, 6L);
    for (int i = 8; i < 3_000; i += 100) {
      assertThat(fixture.ring("m" + i)).containsOnlyKeys(1L, 2L, 3L, 4L, 5L, 6L);
    }
  }

  // Capacity

  @Test
  void capacityAddsUpWhatRingsWerePromised() {
    fixture.write(gauge("small", 1, 10), 1, 1);
    fixture.write(gauge("large", 1, 1000), 1, 1);
    Capacity.Total total = fixture.store.capacity().total().join();
    List<Capacity.Item> all = fixture.store.capacity().page(-1, 10).join();
    assertThat(total.metrics()).isEqualTo(2);
    assertThat(total.slots()).isEqualTo(1010);
    assertThat(all)
        .extracting(item -> item.metric().key().name())
        .containsExactly("small", "large");
    assertThat(all.get(1).promised()).isGreaterThan(90 * all.get(0).promised());
    assertThat(total.promised()).isEqualTo(all.get(0).promised() + all.get(1).promised());
    assertThat(total.used()).isNotNegative();
    assertThat(fixture.store.capacity().page(all.get(0).metric().id(), 10).join()).hasSize(1);
    assertThat(fixture.store.capacity().page(-1, 1).join()).hasSize(1);
  }

  // Rings

  @Test
  void aRingHoldsTheNewestLap() {
    SeriesSpec ring = gauge("r", 10, 3);
    fixture.write(ring, 0, 1, 10, 2, 20, 3, 30, 4, 40, 5);
    assertThat(fixture.ring("r"))
        .containsExactly(Map.entry(20L, 3.0), Map.entry(30L, 4.0), Map.entry(40L, 5.0));
  }

  @Test
  void anOldSampleNeverErasesANewerLap() {
    SeriesSpec ring = gauge("r", 1, 10);
    fixture.write(ring, 100, 1, 101, 2);
    fixture.write(ring, 90, 9, 91, 9, 80, 9, 0, 9);
    assertThat(fixture.ring("r")).containsExactly(Map.entry(100L, 1.0), Map.entry(101L, 2.0));
  }

  @Test
  void theLaterSampleOfOneWindowStays() {
    SeriesSpec ring = gauge("r", 60, 10);
    fixture.write(ring, 119, 1);
    fixture.write(ring, 61, 2);
    assertThat(fixture.ring("r")).containsExactly(Map.entry(119L, 1.0));
  }

  @Test
  void aCorrectionWinsAndARedeliveryChangesNothing() {
    SeriesSpec ring = gauge("r", 1, 10);
    RingWriter writer = fixture.store.newWriter();
    writeAt(writer, 0, 5, true, samples(ring, 7, 1));
    writeAt(writer, 0, 6, true, samples(ring, 7, -2));
    writeAt(writer, 0, 5, true, samples(ring, 7, 1));
    assertThat(fixture.ring("r")).containsExactly(Map.entry(7L, -2.0));
    writeAt(writer, 0, 7, true, samples(ring, 7, 4, 7, 3));
    assertThat(fixture.ring("r")).as("the last of one record").containsExactly(Map.entry(7L, 3.0));
  }

  @Test
  void aRangeIsInclusiveAtBothEnds() {
    fixture.write(gauge("r", 1, 100), 10, 1, 11, 2, 12, 3, 13, 4);
    long id = fixture.id("r");
    assertThat(fixture.scan(id, 11, 12)).containsExactly(Map.entry(11L, 2.0), Map.entry(12L, 3.0));
    assertThat(fixture.scan(id, 13, 13)).containsOnlyKeys(13L);
    assertThat(fixture.scan(id, 14, 99)).isEmpty();
    assertThat(fixture.scan(id, 12, 11)).isEmpty();
    assertThat(fixture.scan(id, -5, 10)).containsOnlyKeys(10L);
    assertThat(fixture.scan(id + 1000, 0, 99)).as("unknown metric").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aRingIsAMapFromSlotToTheLargestSample(long seed) {
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
      fixture.write(spec, record);
    }
    TreeMap<Long, Double> expected = new TreeMap<>();
    model.values().forEach(sample -> expected.put(sample[0], (double) sample[2]));
    assertThat(fixture.ring("r")).isEqualTo(expected);
    for (int i = 0; i < 30; i++) {
      long from = random.nextInt(420) - 10L;
      long to = from + random.nextInt(200);
      assertThat(fixture.scan(fixture.id("r"), from, to))
          .isEqualTo(new TreeMap<>(expected.subMap(from, true, to, true)));
    }
  }

  @Test
  void aRingLargerThanOneReadIsReadWhole() {
    int slots = 45_000;
    SeriesSpec spec = gauge("r", 1, slots);
    for (int from = 0; from < slots + 5000; from += 10_000) {
      double[] record = new double[20_000];
      for (int i = 0; i < 10_000; i++) {
        record[2 * i] = from + i;
        record[2 * i + 1] = i;
      }
      fixture.write(spec, record);
    }
    Map<Long, Double> ring = fixture.ring("r");
    assertThat(ring).hasSize(slots).containsKey(49_999L).containsKey(5_000L);
    assertThat(fixture.scan(fixture.id("r"), 4_000, 30_000)).hasSize(25_001);
  }

  @Test
  void aBatchLargerThanOneTransactionIsWrittenWhole() {
    double[] record = new double[2 * 60_000];
    for (int i = 0; i < 60_000; i++) {
      record[2 * i] = i;
      record[2 * i + 1] = i;
    }
    assertThat(fixture.write(gauge("r", 1, 60_000), record).written()).isEqualTo(60_000);
    assertThat(fixture.ring("r")).hasSize(60_000);
    assertThat(fixture.store.positions().read().join()).containsEntry(0, 1L);
  }

  // Registry

  @Test
  void aSeriesIsItsNameAndItsTagsInAnyOrder() {
    fixture.write(gauge("m", Map.of("a", "1", "b", "2")), 1, 1);
    SeriesKey other = new SeriesKey("m", List.of(new Tag("b", "2"), new Tag("a", "1")));
    fixture.write(SeriesSpec.of(other, MetricType.GAUGE), 2, 2);
    List<Metric> metrics = fixture.store.registry().list(-1, 10).join();
    assertThat(metrics).hasSize(1);
    assertThat(fixture.scan(metrics.get(0).id(), 0, 9)).hasSize(2);
    assertThat(metrics.get(0).createdAt()).isEqualTo(1_000_000);
  }

  @Test
  void theFirstWritersGeometryHolds() {
    fixture.write(gauge("m", 5, 7), 1, 1);
    fixture.write(gauge("m", 60, 99), 2, 2);
    fixture.write(gauge("m", Map.of()), 3, 3);
    Metric metric = fixture.store.registry().find(SeriesKey.of("m")).join().orElseThrow();
    assertThat(metric.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(5, 7));
  }

  @Test
  void anotherTypeIsRejected() {
    fixture.write(gauge("m", Map.of()), 1, 1);
    RingWriter.Outcome outcome =
        fixture.write(samples(counter("m"), 2, 2), samples(gauge("m", Map.of()), 3, 3));
    assertThat(outcome.written()).isEqualTo(1);
    assertThat(outcome.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(RejectReason.TYPE_CONFLICT);
              assertThat(rejected.detail()).isEqualTo("m is a gauge, not a counter");
            });
    assertThat(fixture.ring("m")).containsOnlyKeys(1L, 3L);
  }

  @Test
  void aChosenIdBindsToItsSeries() {
    SeriesSpec chosen = withId(42, "chosen");
    fixture.write(chosen, 1, 1);
    assertThat(fixture.id("chosen")).isEqualTo(42);
    fixture.write(new SeriesSpec(42L, null, MetricType.GAUGE, null, null), 2, 2);
    assertThat(fixture.ring("chosen")).hasSize(2);

    assertThat(fixture.write(withId(42, "other"), 3, 3).rejected())
        .extracting(RingWriter.Rejected::detail)
        .containsExactly("metric_id 42 belongs to chosen, not other");
    assertThat(fixture.write(withId(43, "chosen"), 3, 3).rejected())
        .extracting(RingWriter.Rejected::detail)
        .containsExactly("chosen has metric_id 42, not 43");
  }

  @Test
  void anUnknownIdWithoutANameMakesASeriesOfItsOwn() {
    fixture.write(new SeriesSpec(7L, null, MetricType.GAUGE, null, null), 1, 1);
    assertThat(fixture.id("metric_7")).isEqualTo(7);
  }

  @Test
  void theSequenceStepsOverIdsThatClientsChose() {
    for (long id = 1; id <= 70; id++) {
      fixture.write(withId(id, "chosen" + id), 1, 1);
    }
    SeriesSamples[] fresh = new SeriesSamples[80];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = samples(gauge("fresh" + i, Map.of()), 1, 1);
    }
    fixture.write(fresh);
    List<Metric> all = fixture.store.registry().list(-1, 1000).join();
    assertThat(all).hasSize(150);
    assertThat(new HashSet<>(all.stream().map(Metric::id).toList())).hasSize(150);
  }

  @Test
  void oneBatchMayNameANewSeriesInTwoWays() {
    RingWriter.Outcome outcome =
        fixture.write(
            samples(gauge("m", 1, 10), 1, 1),
            samples(gauge("m", 2, 20), 2, 2),
            samples(withId(500, "m"), 3, 3));
    assertThat(outcome.written()).isEqualTo(2);
    assertThat(outcome.rejected()).hasSize(1);
    assertThat(fixture.store.registry().list(-1, 10).join()).hasSize(1);
  }

  @Test
  void manyWritersCreateASeriesOnce() throws Exception {
    int threads = 8;
    List<Set<Long>> ids = Collections.synchronizedList(new ArrayList<>());
    concurrently(
        threads,
        () -> {
          RingWriter writer = fixture.store.newWriter();
          SeriesSamples[] batch = new SeriesSamples[100];
          for (int i = 0; i < batch.length; i++) {
            batch[i] = samples(gauge("m" + i, Map.of("host", "h")), 1, 1);
          }
          writeAt(writer, 0, ThreadLocalRandom.current().nextInt(1000), true, batch);
          ids.add(
              new HashSet<>(
                  fixture.store.registry().list(-1, 1000).join().stream()
                      .map(Metric::id)
                      .toList()));
          return null;
        });
    assertThat(fixture.store.registry().list(-1, 1000).join()).hasSize(100);
    assertThat(new HashSet<>(ids)).hasSize(1);
  }

  @Test
  void aPageStartsAfterItsCursor() {
    for (int i = 0; i < 10; i++) {
      fixture.write(gauge("m" + i, Map.of()), 1, 1);
    }
    List<Metric> first = fixture.store.registry().list(-1, 4).join();
    List<Metric> second = fixture.store.registry().list(first.get(3).id(), 100).join();
    assertThat(first).hasSize(4);
    assertThat(second).hasSize(6);
    assertThat(second.get(0).id()).isGreaterThan(first.get(3).id());
  }

  // Search

  @Test
  void metricsAreFoundByNameAndTags() {
    Random random = new Random(7);
    Map<Long, SeriesKey> model = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      Map<String, String> tags = new HashMap<>();
      for (String key : List.of("dc", "host", "os")) {
        if (random.nextInt(4) > 0) {
          tags.put(key, key + random.nextInt(4));
        }
      }
      fixture.write(gauge("name" + random.nextInt(5), tags), 1, 1);
    }
    fixture.store.registry().list(-1, 1000).join().forEach(m -> model.put(m.id(), m.key()));
    for (int i = 0; i < 100; i++) {
      String name = random.nextBoolean() ? "name" + random.nextInt(6) : null;
      List<Tag> tags = new ArrayList<>();
      for (String key : List.of("dc", "host", "os")) {
        if (random.nextInt(3) == 0) {
          tags.add(new Tag(key, key + random.nextInt(5)));
        }
      }
      int limit = 1 + random.nextInt(40);
      List<Long> expected =
          model.entrySet().stream()
              .filter(e -> name == null || e.getValue().name().equals(name))
              .filter(e -> e.getValue().tags().containsAll(tags))
              .limit(limit)
              .map(Map.Entry::getKey)
              .toList();
      assertThat(fixture.store.search().find(name, tags, limit).join())
          .extracting(Metric::id)
          .isEqualTo(expected);
    }
  }

  @Test
  void postingsLongerThanOneReadIntersect() {
    SeriesSamples[] batch = new SeriesSamples[3000];
    for (int i = 0; i < batch.length; i++) {
      Map<String, String> tags = Map.of("mod7", "" + i % 7, "half", "" + i / 1500, "i", "" + i);
      batch[i] = samples(gauge("m", tags), 1, 1);
    }
    fixture.write(batch);
    List<Tag> tags = List.of(new Tag("mod7", "3"), new Tag("half", "1"));
    assertThat(fixture.store.search().find("m", tags, 2000).join())
        .hasSize(
            (int) java.util.stream.IntStream.range(1500, 3000).filter(i -> i % 7 == 3).count());
    assertThat(fixture.store.search().find("m", List.of(new Tag("i", "2999")), 10).join())
        .hasSize(1);
  }

  @Test
  void namesAndTagValuesAreListedOnce() {
    for (int i = 0; i < 200; i++) {
      fixture.write(gauge("m" + i % 3, Map.of("host", "h" + i % 50, "dc", "d")), 1, 1);
    }
    assertThat(fixture.store.search().names().join()).containsExactly("m0", "m1", "m2");
    assertThat(fixture.store.search().tagValues().join().get("host")).hasSize(50).contains("h49");
    assertThat(fixture.store.search().tagValues().join()).containsOnlyKeys("host", "dc");
    assertThat(fixture.store.search().tagValues("m1").join().get("dc")).containsExactly("d");
    assertThat(fixture.store.search().tagValues("none").join()).isEmpty();
  }

  @Test
  void seriesAreCountedByWhatTheyHaveInCommon() {
    for (int i = 0; i < 60; i++) {
      String name = i % 3 == 0 ? "rare" : "frequent";
      fixture.write(gauge(name, Map.of("host", "h" + i, "dc", "d" + i % 2)), 1, 1);
    }
    fixture.write(gauge("bare", Map.of()), 1, 1);
    Cardinality cardinality = fixture.store.cardinality();
    assertThat(cardinality.largest(Cardinality.By.NAME, 2).join())
        .isEqualTo(
            new Cardinality.Report(
                List.of(
                    new Cardinality.Group("", "frequent", 40, 1),
                    new Cardinality.Group("", "rare", 20, 1)),
                3));
    assertThat(cardinality.largest(Cardinality.By.TAG, 9).join())
        .isEqualTo(
            new Cardinality.Report(
                List.of(
                    new Cardinality.Group("dc", null, 60, 2),
                    new Cardinality.Group("host", null, 60, 60)),
                2));
    Cardinality.Report values = cardinality.largest(Cardinality.By.VALUE, 3).join();
    assertThat(values.total()).isEqualTo(62);
    assertThat(values.groups())
        .containsExactly(
            new Cardinality.Group("dc", "d0", 30, 1),
            new Cardinality.Group("dc", "d1", 30, 1),
            new Cardinality.Group("host", "h0", 1, 1));
  }

  // Counters

  @Test
  void aCountersResetsAreTakenOutOfItsIncrease() {
    SeriesSpec spec = counter("c");
    fixture.write(spec, 1, 100, 2, 110, 3, 5);
    fixture.write(spec, 4, 8, 3, 999, 2, 0);
    CounterState state = fixture.counterState("c");
    assertThat(state).isEqualTo(state(4, 1, 10 + 5 + 3, 8));
  }

  @Test
  void aNewWriterCarriesACounterOn() {
    fixture.write(counter("c"), 1, 10, 2, 20);
    writeAt(fixture.store.newWriter(), 0, 1, true, samples(counter("c"), 3, 25));
    assertThat(fixture.counterState("c").increase()).isEqualTo(15);
  }

  @Test
  void replayingTheLogLeavesCountersAlone() {
    for (int round = 0; round < 2; round++) {
      RingWriter writer = fixture.store.newWriter();
      writeAt(writer, 0, 0, true, samples(counter("c"), 1, 10, 2, 20));
      writeAt(writer, 0, 1, true, samples(counter("c"), 3, 5));
      writeAt(writer, 0, 2, true, samples(counter("c"), 4, 7));
    }
    assertThat(fixture.counterState("c")).isEqualTo(state(4, 1, 17, 7));
  }

  @Test
  void aCounterDoesNotDependOnWhereBatchesEnd() {
    double[][] records = {{1, 100}, {3, 120}, {2, 5}, {5, 10, 4, 130}, {4, 0}};
    List<LoggedSamples> batch = new ArrayList<>();
    for (int offset = 0; offset < records.length; offset++) {
      fixture.write(counter("alone"), records[offset]);
      SeriesSamples together = samples(counter("together"), records[offset]);
      batch.add(new LoggedSamples(together, 0, offset, 0, true));
    }
    fixture.store.newWriter().write(batch, Map.of()).join();
    CounterState expected = state(5, 1, 20 + 10 + 10, 10);
    assertThat(fixture.counterState("alone")).isEqualTo(expected);
    assertThat(fixture.counterState("together")).isEqualTo(expected);
  }

  private void assertTotals(String name, CounterState expected) {
    CounterState state = fixture.counterState(name);
    assertThat(
            new CounterState(
                state.lastTsMillis(), state.resets(), state.increase(), state.lastRaw()))
        .isEqualTo(expected);
  }

  @Test
  void incrementsAddUp() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    fixture.write(deltas, 1, 5, 2, 1);
    fixture.write(deltas, 2, 2); // in the same second, sent by itself
    fixture.write(deltas, 3, 1, 3, 2); // twice in one second
    fixture.write(samples(deltas, 5, 4, 4, 10));
    assertThat(fixture.ring("d")).isEqualTo(Map.of(1L, 5.0, 2L, 8.0, 3L, 11.0, 4L, 21.0, 5L, 25.0));
    assertTotals("d", state(5, 0, 25, 25));
  }

  @Test
  void incrementsDoNotDependOnWhereBatchesEnd() {
    SeriesSpec alone = SeriesSpec.deltasOf(SeriesKey.of("alone"));
    SeriesSpec together = SeriesSpec.deltasOf(SeriesKey.of("together"));
    double[][] records = {{1, 100}, {3, 20}, {2, 5}, {5, 10, 4, 1, 4, 2}, {4, 7}, {6, 1}};
    List<LoggedSamples> batch = new ArrayList<>();
    for (int offset = 0; offset < records.length; offset++) {
      fixture.write(alone, records[offset]);
      batch.add(new LoggedSamples(samples(together, records[offset]), 0, offset, 0, true));
    }
    fixture.store.newWriter().write(batch, Map.of()).join();
    assertThat(fixture.ring("together"))
        .isEqualTo(Map.of(1L, 100.0, 3L, 125.0, 4L, 128.0, 5L, 145.0, 6L, 146.0))
        .isEqualTo(fixture.ring("alone"));
    assertTotals("together", state(6, 0, 146, 146));
    assertThat(fixture.counterState("together")).isEqualTo(fixture.counterState("alone"));
  }

  @Test
  void replayingTheLogAddsNoIncrementTwice() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    for (int round = 0; round < 3; round++) {
      RingWriter writer = fixture.store.newWriter();
      for (int offset = round; offset < 10; offset++) {
        writeAt(writer, 0, offset, true, samples(deltas, offset, offset));
      }
    }
    assertTotals("d", state(9, 0, 45, 45));
    assertThat(fixture.ring("d")).hasSize(10).containsEntry(8L, 36.0).containsEntry(9L, 45.0);
  }

  /** A repeated increment is told by its exact time, however often and through whom it comes. */
  @Test
  void incrementsWithExactTimesCountOnceEach() {
    SeriesSpec deltas =
        new SeriesSpec(
            null, SeriesKey.of("d"), MetricType.COUNTER, 1_000L, 60, Temporality.DELTA_NANOS, true);
    long second = 1_000_000_000L;
    writeAt(fixture.store.newWriter(), 0, 0, true, times(deltas, 7 * second + 1, 3));
    writeAt(fixture.store.newWriter(), 0, 1, true, times(deltas, 7 * second + 2, 2));
    writeAt(fixture.store.newWriter(), 0, 2, true, times(deltas, 7 * second + 2, 2)); // sent again
    writeAt(fixture.store.newWriter(), 0, 1, true, times(deltas, 7 * second + 2, 2)); // replayed
    assertThat(fixture.ring("d")).isEqualTo(Map.of(7L, 5.0));
    writeAt(fixture.store.newWriter(), 0, 3, true, times(deltas, 8 * second, 1));
    assertThat(fixture.ring("d")).isEqualTo(Map.of(7L, 5.0, 8L, 6.0));
  }

  private static SeriesSamples times(SeriesSpec spec, long time, double value) {
    return new SeriesSamples(spec, new long[] {time}, new double[] {value});
  }

  /** Random increments, batches and redeliveries, against a plain sum. */
  @Test
  void everyIncrementCountsOnceWhereverBatchesEndAndReplaysBegin() {
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
      RingWriter writer = fixture.store.newWriter();
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
    assertThat(fixture.counterState("d").increase()).as("seed %d", seed).isEqualTo(sum);
    assertThat(fixture.ring("d").values()).as("seed %d", seed).contains(sum);
  }

  @Test
  void incrementsAndReadingsOfOneCounterGoTogether() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("c"));
    fixture.write(
        samples(counter("c"), 1, 100), samples(deltas, 2, 5), samples(counter("c"), 3, 9));
    fixture.write(deltas, 4, 1);
    fixture.write(counter("c"), 5, 30);
    assertThat(fixture.ring("c"))
        .isEqualTo(Map.of(1L, 100.0, 2L, 105.0, 3L, 9.0, 4L, 10.0, 5L, 30.0));
    assertThat(fixture.counterState("c")).isEqualTo(state(5, 1, 5 + 9 + 1 + 20, 30));
  }

  @Test
  void moreIncrementsThanOneTransactionHoldsAddUp() {
    int count = 30_000;
    SeriesSpec deltas =
        new SeriesSpec(
            null, SeriesKey.of("d"), MetricType.COUNTER, 1_000L, 100_000, Temporality.DELTA, false);
    double[] tsAndValues = new double[2 * count];
    for (int i = 0; i < count; i++) {
      tsAndValues[2 * i] = i;
      tsAndValues[2 * i + 1] = 2;
    }
    fixture.write(
        samples(deltas, tsAndValues), samples(SeriesSpec.deltasOf(SeriesKey.of("e")), 1, 1));
    assertTotals("d", state(count - 1, 0, 60_000, 60_000));
    Map<Long, Double> ring = fixture.ring("d");
    assertThat(ring).hasSize(count);
    ring.forEach((ts, value) -> assertThat(value).isEqualTo(2.0 * (ts + 1)));
    assertThat(fixture.ring("e")).isEqualTo(Map.of(1L, 1.0));
  }

  @Test
  void aCounterFromTwoPartitionsLosesNothing() {
    RingWriter home = fixture.store.newWriter();
    RingWriter foreign = fixture.store.newWriter();
    for (int i = 0; i < 10; i++) {
      writeAt(home, 0, i, true, samples(counter("c"), 2 * i, 10.0 * i));
      writeAt(foreign, 1, i, false, samples(counter("c"), 2 * i + 1, 10.0 * i + 5));
    }
    assertThat(fixture.counterState("c")).isEqualTo(state(19, 0, 95, 95));
    assertThat(
            fixture.store.registry().find(SeriesKey.of("c")).join().orElseThrow().sharedCounter())
        .isTrue();
  }

  // What the rules accept, the store takes

  /**
   * Random names, tags and numbers of Unicode up to and beyond every limit: what obeys the rules is
   * stored and read back, in the same batch as all others.
   */
  @Test
  void whateverTheRulesAcceptTheStoreTakes() {
    long seed = ThreadLocalRandom.current().nextLong();
    RandomSamples random = new RandomSamples(seed);
    SampleRules rules = SampleRules.DEFAULT;
    List<LoggedSamples> batch = new ArrayList<>();
    Map<SeriesKey, Sample> expected = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      Sample sample = random.sample();
      try {
        rules.checkSeries(sample.series());
        rules.checkTimestamp(sample.tsMillis(), Times.millis(RandomSamples.NOW));
        rules.checkValue(sample.series(), sample.value());
      } catch (InvalidSampleException e) {
        continue;
      }
      if (expected.putIfAbsent(sample.series().keyOrDefault(), sample) == null) {
        batch.add(new LoggedSamples(SeriesSamples.of(sample), 0, i, 0, true));
      }
    }
    RingWriter.Outcome outcome = fixture.store.newWriter().write(batch, Map.of(0, 300L)).join();
    assertThat(outcome.rejected()).as("seed %d", seed).isEmpty();
    assertThat(outcome.written()).as("seed %d", seed).isEqualTo(expected.size()).isGreaterThan(50);
    expected.forEach(
        (key, sample) -> {
          Metric metric = fixture.store.registry().find(key).join().orElseThrow();
          // An increment of -0.0 leaves a counter at 0.0.
          double read = sample.series().delta() ? 0.0 + sample.value() : sample.value();
          assertThat(fixture.bits(metric.id(), 0, Long.MAX_VALUE))
              .as("seed %d, id %d", seed, metric.id())
              .isEqualTo(kept(sample.tsMillis(), read));
          assertThat(fixture.store.registry().delete(metric.id(), new LogOffsets(300)).join())
              .isTrue();
        });
  }

  @Test
  void whatTheStoreRefusesForGoodIsRejectedByItself() {
    String text = "€".repeat(170);
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 23; i++) {
      tags.put("k" + i, text);
    }
    SeriesSpec tooLarge = gauge("p", tags);
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      SeriesSpec spec = i == 4 ? tooLarge : gauge("m" + i, Map.of());
      batch.add(new LoggedSamples(samples(spec, 1, i), 0, i, 0, true));
    }
    RingWriter writer = fixture.store.newWriter();
    RingWriter.Outcome outcome = writer.write(batch, Map.of(0, 9L)).join();
    assertThat(outcome.written()).isEqualTo(8);
    assertThat(outcome.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(RejectReason.STORE_REFUSED);
              assertThat(rejected.samples().offset()).isEqualTo(4);
              assertThat(rejected.detail()).contains("10");
            });
    assertThat(fixture.ring("m8")).isEqualTo(Map.of(1L, 8.0));
    assertThat(fixture.store.positions().read().join()).containsEntry(0, 9L);
  }

  @Test
  void manyOfTheLongestSeriesAreCreatedInOneBatch() {
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      Map<String, String> tags = new HashMap<>();
      for (int tag = 0; tag < 4; tag++) {
        tags.put("k" + tag, "x".repeat(2_000));
      }
      tags.put("n", Integer.toString(i));
      batch.add(new LoggedSamples(samples(gauge("long", tags), 1, i), 0, i, 0, true));
    }
    RingWriter.Outcome outcome = fixture.store.newWriter().write(batch, Map.of()).join();
    assertThat(outcome.rejected()).isEmpty();
    assertThat(outcome.written()).isEqualTo(150);
  }

  // Types

  @Test
  void anInferredTypeNeverCostsASample() {
    SeriesSpec unknown = gauge("c", Map.of()).asInferred();
    fixture.write(unknown, 1, 10, 2, 20);
    fixture.write(counter("c").asInferred(), 3, 25, 4, 40);
    fixture.write(unknown, 5, 50);
    assertThat(fixture.ring("c"))
        .isEqualTo(Map.of(1L, 10.0, 2L, 20.0, 3L, 25.0, 4L, 40.0, 5L, 50.0));
    assertThat(typeOf("c")).isEqualTo(MetricType.COUNTER);
    assertThat(fixture.counterState("c")).isEqualTo(state(4, 0, 15, 40));
  }

  @Test
  void aDeclaredTypeHoldsAgainstInferredOnesAndIsRefusedToTheContrary() {
    fixture.write(gauge("g", Map.of()), 1, 1);
    fixture.write(counter("g").asInferred(), 2, 2);
    assertThat(fixture.ring("g")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
    assertThat(typeOf("g")).isEqualTo(MetricType.GAUGE);
    assertThat(refusalsOf(counter("g"), 3, 3)).containsExactly(RejectReason.TYPE_CONFLICT);

    fixture.write(gauge("h", Map.of()).asInferred(), 1, 1);
    fixture.write(gauge("h", Map.of()), 2, 2); // now it is declared
    fixture.write(counter("h").asInferred(), 3, 3);
    assertThat(typeOf("h")).isEqualTo(MetricType.GAUGE);
    assertThat(refusalsOf(counter("h"), 4, 4)).containsExactly(RejectReason.TYPE_CONFLICT);
    assertThat(fixture.ring("h")).hasSize(3);

    fixture.write(gauge("i", Map.of()).asInferred(), 1, 1);
    fixture.write(counter("i"), 2, 2);
    assertThat(typeOf("i")).isEqualTo(MetricType.COUNTER);
    assertThat(refusalsOf(gauge("i", Map.of()), 3, 3)).containsExactly(RejectReason.TYPE_CONFLICT);
  }

  /** Random claims, batches and replays: the stored type and state are the log's alone. */
  @Test
  void typesDoNotDependOnWhereBatchesEndAndReplaysBegin() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    List<SeriesSpec> claims =
        List.of(
            gauge("a", Map.of()).asInferred(),
            counter("a").asInferred(),
            gauge("a", Map.of()),
            counter("a"));
    List<SeriesSamples> log = new ArrayList<>();
    for (int offset = 0; offset < 12; offset++) {
      int claim = random.nextInt(offset < 4 ? 2 : 4);
      log.add(samples(claims.get(claim), offset, 100 + random.nextInt(50)));
    }
    List<LoggedSamples> once = new ArrayList<>();
    for (int offset = 0; offset < log.size(); offset++) {
      once.add(new LoggedSamples(renamed(log.get(offset), "b"), 0, offset, 0, true));
    }
    fixture.store.newWriter().write(once, Map.of()).join();
    int committed = 0;
    while (committed < log.size()) {
      RingWriter writer = fixture.store.newWriter();
      int next = Math.max(0, committed - random.nextInt(6));
      while (next < log.size() && random.nextInt(4) != 0) {
        List<LoggedSamples> batch = new ArrayList<>();
        for (int end = Math.min(log.size(), next + 1 + random.nextInt(3)); next < end; next++) {
          batch.add(new LoggedSamples(log.get(next), 0, next, 0, true));
        }
        writer.write(batch, Map.of()).join();
        committed = Math.max(committed, next);
      }
    }
    assertThat(typeOf("a")).as("seed %d", seed).isEqualTo(typeOf("b"));
    assertThat(fixture.ring("a")).as("seed %d", seed).isEqualTo(fixture.ring("b"));
    assertThat(stateOf("a")).as("seed %d", seed).isEqualTo(stateOf("b"));
  }

  private static SeriesSamples renamed(SeriesSamples samples, String name) {
    SeriesSpec spec = samples.series();
    return new SeriesSamples(
        new SeriesSpec(
            null, SeriesKey.of(name), spec.type(), null, null, spec.temporality(), spec.inferred()),
        samples.timestamps(),
        samples.values());
  }

  private MetricType typeOf(String name) {
    return fixture.store.registry().find(SeriesKey.of(name)).join().orElseThrow().type();
  }

  private Optional<CounterState> stateOf(String name) {
    long id = fixture.store.registry().find(SeriesKey.of(name)).join().orElseThrow().id();
    return fixture.store.counter(id).join();
  }

  private List<RejectReason> refusalsOf(SeriesSpec spec, double... tsAndValues) {
    return fixture.write(spec, tsAndValues).rejected().stream()
        .map(RingWriter.Rejected::reason)
        .toList();
  }

  /** What the layout keeps of a sample: all of it, or whole seconds and finite values. */
  private Map<Long, Long> kept(long tsMillis, double value) {
    if (fixture.store.keepsMillis()) {
      return Map.of(tsMillis, Double.doubleToRawLongBits(value));
    }
    return Double.isFinite(value)
        ? Map.of(Times.millis(Times.seconds(tsMillis)), Double.doubleToRawLongBits(value))
        : Map.of();
  }

  // Milliseconds, and values that are not finite

  @Test
  void timesAndBitsAreKeptAsFarAsTheLayoutHasRoom() {
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
      fixture.write(
          new SeriesSamples(gauge("m" + i, 1, 60), new long[] {tsMillis}, values(values[i])));
      assertThat(fixture.bits("m" + i)).isEqualTo(kept(tsMillis, values[i]));
    }
    assertThat(fixture.ring("m0")).as("a staleness marker is no sample").isEmpty();
  }

  private static double[] values(double... values) {
    return values;
  }

  @Test
  void theLaterMillisecondKeepsTheSlotAndThenTheLaterPosition() {
    SeriesSpec spec = gauge("m", 1, 60);
    if (fixture.store.keepsMillis()) {
      fixture.write(spec, 5.25, 1, 5.75, 2);
      fixture.write(spec, 5.5, 3);
      assertThat(fixture.ring("m")).as("the later in time").isEqualTo(Map.of(5L, 2.0));
      fixture.write(spec, 5.75, 4);
      assertThat(fixture.bits("m").keySet()).containsExactly(5_750L);
    } else {
      fixture.write(spec, 5.75, 2, 5.25, 1);
      fixture.write(spec, 5.5, 4);
      assertThat(fixture.bits("m").keySet()).containsExactly(5_000L);
    }
    assertThat(fixture.ring("m")).as("the later in the log").isEqualTo(Map.of(5L, 4.0));
  }

  @Test
  void aRingMayBeFinerThanASecond() {
    SeriesSpec spec = new SeriesSpec(null, SeriesKey.of("m"), MetricType.GAUGE, 250L, 8);
    fixture.write(spec, 1, 1, 1.2, 2, 1.25, 3, 2.9, 4, 3.2, 5);
    Metric metric = fixture.store.registry().get(fixture.id("m")).join().orElseThrow();
    if (fixture.store.keepsMillis()) {
      assertThat(metric.ring().geometry()).isEqualTo(new RingGeometry(250, 8));
      // 3.2 s takes the slot of 1.2 s, a lap before.
      assertThat(fixture.bits("m").keySet()).containsExactly(1_250L, 2_900L, 3_200L);
      fixture.store.retention().change(metric.id(), new RingGeometry(125, 40)).join();
      assertThat(fixture.bits("m").keySet()).containsExactly(1_250L, 2_900L, 3_200L);
      fixture.store.retention().change(metric.id(), RingGeometry.ofSeconds(2, 2)).join();
      assertThat(fixture.bits("m").keySet()).containsExactly(1_250L, 3_200L);
    } else {
      assertThat(metric.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(1, 8));
      assertThat(fixture.bits("m").keySet()).containsExactly(1_000L, 2_000L, 3_000L);
    }
  }

  @Test
  void aCountersValuesThatAreNoNumbersCountNothing() {
    SeriesSpec spec = counter("c");
    fixture.write(spec, 1, Double.NaN);
    assertThat(stateOf("c")).isEmpty();
    fixture.write(spec, 2, 10, 3, StaleMarker.VALUE, 4, 15, 5, Double.POSITIVE_INFINITY);
    fixture.write(spec, 6, Double.NaN);
    fixture.write(spec, 7, 4);
    assertThat(fixture.counterState("c")).isEqualTo(state(7, 1, 5 + 4, 4));
    assertThat(fixture.bits("c")).hasSize(fixture.store.keepsMillis() ? 7 : 3);
    assertThat(fixture.ring("c")).hasSize(fixture.store.keepsMillis() ? 6 : 3);
  }

  /** Milliseconds tell increments apart that share a second. */
  @Test
  void incrementsOfOneSecondAddUpWhicheverLayout() {
    SeriesSpec deltas = SeriesSpec.deltasOf(SeriesKey.of("d"));
    for (int round = 0; round < 2; round++) {
      RingWriter writer = fixture.store.newWriter();
      for (int offset = round; offset < 4; offset++) {
        writeAt(writer, 0, offset, true, samples(deltas, 5 + 0.2 * offset, 1));
      }
    }
    assertThat(fixture.counterState("d").increase()).isEqualTo(4);
    assertThat(fixture.ring("d")).isEqualTo(Map.of(5L, 4.0));
  }

  // Deletion

  @Test
  void aDeletedMetricIsGoneAndEarlierSamplesDoNotBringItBack() {
    SeriesSpec spec = gauge("m", Map.of("host", "h"));
    fixture.write(spec, 1, 1, 2, 2);
    Metric metric = fixture.store.registry().find(spec.key()).join().orElseThrow();
    long accepted = fixture.nextOffset() + 3; // three records are in the log, not yet written
    assertThat(fixture.store.registry().delete(metric.id(), new LogOffsets(accepted)).join())
        .isTrue();
    assertThat(fixture.store.registry().get(metric.id()).join()).isEmpty();
    assertThat(fixture.scan(metric.id(), 0, 99)).isEmpty();
    assertThat(fixture.store.search().find("m", List.of(), 10).join()).isEmpty();
    assertThat(fixture.store.search().names().join()).isEmpty();

    for (int i = 0; i < 3; i++) {
      RingWriter.Outcome outcome = fixture.write(spec, 3 + i, 3);
      assertThat(outcome.written()).isZero();
      assertThat(outcome.dropped()).isEqualTo(1);
    }
    assertThat(fixture.store.registry().find(spec.key()).join()).isEmpty();

    fixture.write(spec, 10, 10);
    Metric reborn = fixture.store.registry().find(spec.key()).join().orElseThrow();
    assertThat(reborn.id()).isNotEqualTo(metric.id());
    writeAt(fixture.store.newWriter(), 0, 0, true, samples(spec, 1, 1));
    assertThat(fixture.scan(reborn.id(), 0, 99)).as("also on replay").containsOnlyKeys(10L);
  }

  @Test
  void samplesByIdDoNotBringADeletedMetricBackEither() {
    fixture.write(withId(9, "m"), 1, 1);
    fixture.store.registry().delete(9, new LogOffsets(100)).join();
    fixture.write(new SeriesSpec(9L, null, MetricType.GAUGE, null, null), 2, 2);
    assertThat(fixture.store.registry().get(9).join()).isEmpty();
    assertThat(fixture.exists("metric_9")).isFalse();
  }

  @Test
  void deletingTwiceSaysSo() {
    fixture.write(gauge("m", Map.of()), 1, 1);
    long id = fixture.id("m");
    assertThat(fixture.store.registry().delete(id, LogOffsets.NONE).join()).isTrue();
    assertThat(fixture.store.registry().delete(id, LogOffsets.NONE).join()).isFalse();
  }

  @Test
  void writersNeverRestoreWhatWasDeletedUnderThem() throws Exception {
    SeriesSpec spec = gauge("m", 1, 1000);
    fixture.write(spec, 0, 0);
    long id = fixture.id("m");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; i < 300; i++) {
                fixture.write(spec, i, i);
              }
            });
    fixture.store.registry().delete(id, new LogOffsets(1_000_000)).join();
    writing.get();
    assertThat(fixture.scan(id, 0, 1000)).isEmpty();
    assertThat(fixture.exists("m")).isFalse();
    assertThat(rawKeys(id)).as("no key of its ring is left").isZero();
  }

  @Test
  void marksAreRemovedOnceTheLogHasPassedThem() {
    for (int i = 0; i < 3; i++) {
      fixture.write(gauge("m" + i, Map.of()), 1, 1);
      fixture.store.registry().delete(fixture.id("m" + i), new LogOffsets(10L * (i + 1))).join();
    }
    assertThat(fixture.store.registry().removeMarksBefore(new LogOffsets(20)).join()).isEqualTo(4);
    assertThat(fixture.store.registry().removeMarksBefore(new LogOffsets(20)).join()).isZero();
    assertThat(fixture.store.registry().removeMarksBefore(new LogOffsets(30)).join()).isEqualTo(2);
  }

  // Retention

  @Test
  void marksAndPositionsOfAnotherLogDoNotCount() {
    assertThat(adopt("first", 0).change()).isEqualTo(Change.FIRST);
    for (int i = 0; i < 10; i++) {
      fixture.write(samples(gauge("gone", 1, 60), i, i), samples(gauge("back", 1, 60), i, i));
    }
    fixture.store.registry().delete(fixture.id("gone"), new LogOffsets(10)).join();
    fixture.store.registry().delete(fixture.id("back"), new LogOffsets(10)).join();
    fixture.write(gauge("back", 1, 60), 11, 11);
    assertThat(adopt("first", 11).change()).isEqualTo(Change.SAME);
    RingWriter writer = fixture.store.newWriter();
    assertThat(logged(writer, 0, "gone", 12).dropped()).as("logged before the deletion").isOne();
    assertThat(logged(writer, 0, "back", 12).dropped()).isOne();

    assertThat(fixture.store.restarts().trying(0, 0).join()).isEqualTo(1);
    assertThat(fixture.store.restarts().begunAt(0, 0).join()).isEqualTo(1);

    Adopted adopted = adopt("second", 0);
    assertThat(adopted.change()).isEqualTo(Change.OTHER);
    assertThat(adopted.before()).isEqualTo("first");
    assertThat(adopted.marks()).isEqualTo(4);
    assertThat(adopted.series()).containsExactlyInAnyOrder("gone", "back");
    assertThat(fixture.store.positions().read().join()).isEmpty();
    assertThat(fixture.store.restarts().trying(0, 0).join()).as("of this log").isEqualTo(1);
    assertThat(fixture.store.restarts().begunAt(0, 0).join()).isEqualTo(1);
    assertThat(adopt("second", 0).change()).isEqualTo(Change.SAME);
    for (RingWriter one : List.of(fixture.store.newWriter(), fixture.store.newWriter())) {
      assertThat(logged(one, 0, "gone", 12).written()).isOne();
      assertThat(logged(one, 0, "back", 12).written()).isOne();
    }
    assertThat(fixture.ring("gone")).isEqualTo(Map.of(12L, 1.0));
    assertThat(fixture.ring("back")).isEqualTo(Map.of(11L, 11.0, 12L, 1.0));
  }

  @Test
  void marksAndPositionsEndWithALogThatLostItsTail() {
    adopt("log", 0);
    for (int i = 0; i < 10; i++) {
      fixture.write(gauge("gone", 1, 60), i, i);
    }
    fixture.store.registry().delete(fixture.id("gone"), new LogOffsets(10)).join();
    Adopted adopted = adopt("log", 4);
    assertThat(adopted.change()).isEqualTo(Change.SHORTENED);
    assertThat(adopted.marks()).isEqualTo(2);
    assertThat(fixture.store.positions().read().join()).isEqualTo(Map.of(0, 4L));
    assertThat(logged(fixture.store.newWriter(), 3, "gone", 3).dropped()).isOne();
    assertThat(logged(fixture.store.newWriter(), 4, "gone", 12).written()).isOne();
    assertThat(adopt("log", 5).change()).isEqualTo(Change.SAME);
  }

  @Test
  void aStoreThatNeverKnewItsLogKnowsThatAShorterOneIsAnother() {
    fixture.write(gauge("g", 1, 60), 1, 1);
    fixture.write(gauge("g", 1, 60), 2, 2);
    assertThat(adopt("new", 1).change()).isEqualTo(Change.OTHER);
    assertThat(fixture.store.positions().read().join()).isEmpty();
    assertThat(fixture.ring("g")).as("samples stay").hasSize(2);
  }

  @Test
  void aWriterNoticesThatTheStoreHasLostItsLastBatch() {
    RingWriter writer = fixture.store.newWriter();
    logged(writer, 7, "g", 1);
    logged(writer, 8, "g", 2);
    set(new Keys(prefix).position(0), ByteBuffer.allocate(Long.BYTES).putLong(8).array());
    assertThatThrownBy(() -> logged(writer, 9, "g", 3))
        .hasCauseInstanceOf(LostWritesException.class);
    assertThat(fixture.ring("g")).doesNotContainKey(3L);
    assertThat(fixture.store.positions().read().join()).isEqualTo(Map.of(0, 8L));
    assertThat(logged(fixture.store.newWriter(), 8, "g", 2).written()).isOne();
  }

  private Adopted adopt(String log, long end) {
    return fixture
        .store
        .log()
        .adopt(log, () -> CompletableFuture.completedFuture(new LogOffsets(end)))
        .join();
  }

  private static RingWriter.Outcome logged(RingWriter writer, long offset, String name, long ts) {
    return writeAt(writer, 0, offset, true, samples(gauge(name, 1, 60), ts, 1));
  }

  @Test
  void aRetentionChangeKeepsEverySampleThatFits() {
    fixture.write(gauge("m", 1, 10), 91, 1, 92, 2, 93, 3, 94, 4, 95, 5, 96, 6, 97, 7, 98, 8);
    long id = fixture.id("m");
    Metric after =
        fixture.store.retention().change(id, RingGeometry.ofSeconds(2, 3)).join().orElseThrow();
    assertThat(after.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(2, 3));
    assertThat(after.ring().id()).isNotEqualTo(id);
    assertThat(fixture.scan(id, 0, 999)).containsOnlyKeys(95L, 97L, 98L);
    assertThat(rawKeys(id)).as("the old ring is cleared").isZero();
    fixture.write(gauge("m", 1, 10), 100, 10);
    assertThat(fixture.scan(id, 0, 999)).containsOnlyKeys(97L, 98L, 100L);
  }

  @Test
  void samplesWrittenDuringARetentionChangeAreKept() throws Exception {
    SeriesSpec spec = gauge("m", 1, 100_000);
    double[] before = new double[40_000];
    for (int i = 0; i < 20_000; i++) {
      before[2 * i] = i;
      before[2 * i + 1] = i;
    }
    fixture.write(spec, before);
    long id = fixture.id("m");
    CompletableFuture<Integer> writing =
        CompletableFuture.supplyAsync(
            () -> {
              int i = 20_000;
              while (fixture.store.registry().get(id).join().orElseThrow().ring().id() == id) {
                fixture.write(spec, i, i);
                i++;
              }
              fixture.write(spec, i, i);
              return i;
            });
    fixture.store.retention().change(id, RingGeometry.ofSeconds(1, 200_000)).join();
    int last = writing.get();
    assertThat(fixture.scan(id, 0, 1_000_000)).hasSize(last + 1).containsKey((long) last);
  }

  @Test
  void aRetentionChangeThatWasCutOffIsCarriedOn() {
    FailingEngine failing = new FailingEngine(engine);
    StoreFixture other = open(failing, prefix);
    for (int writes = 0; ; writes++) {
      String name = "m" + writes;
      fixture.write(gauge(name, 1, 20), 1, 1, 2, 2, 3, 3);
      long id = fixture.id(name);
      failing.failAfter(writes);
      try {
        other.store.retention().change(id, RingGeometry.ofSeconds(1, 5)).join();
        break;
      } catch (java.util.concurrent.CompletionException e) {
        failing.failAfter(Integer.MAX_VALUE);
      }
      fixture.write(gauge(name, 1, 20), 4, 4);
      assertThat(fixture.ring(name)).as("after %s writes", writes).hasSize(4);
      fixture.store.retention().resume().join();
      assertThat(fixture.ring(name)).hasSize(4);
      Metric metric = fixture.store.registry().get(id).join().orElseThrow();
      assertThat(metric.nextRing()).isNull();
      assertThat(metric.ring().geometry().slots()).isIn(5, 20);
    }
    assertThat(fixture.ring("m0")).hasSize(4);
  }

  // Unknown outcomes

  @Test
  void nothingHappensTwiceWhenOutcomesAreUnknown() {
    StoreFixture twice = open(new UnknownOutcomeEngine(engine), prefix);
    twice.write(samples(counter("c"), 1, 10, 2, 5), samples(gauge("g", 1, 10), 1, 1));
    writeAt(twice.store.newWriter(), 1, 7, false, samples(counter("c"), 3, 9));
    assertThat(twice.counterState("c")).isEqualTo(state(3, 1, 9, 9));
    assertThat(twice.ring("g")).hasSize(1);
    twice.write(SeriesSpec.deltasOf(SeriesKey.of("d")), 1, 10, 2, 5);
    assertThat(twice.counterState("d").increase()).isEqualTo(15);
    assertThat(twice.ring("d")).isEqualTo(Map.of(1L, 10.0, 2L, 15.0));
    assertThat(twice.store.registry().list(-1, 10).join()).hasSize(3);

    long id = twice.id("g");
    assertThat(twice.store.retention().change(id, RingGeometry.ofSeconds(1, 20)).join())
        .isPresent();
    assertThat(twice.ring("g")).hasSize(1);
    assertThat(twice.store.registry().delete(id, LogOffsets.NONE).join()).isTrue();
    assertThat(twice.store.registry().get(id).join()).isEmpty();

    Dashboards dashboards = twice.store.dashboards();
    long first = dashboards.put("d", "t", "{}", null).join().orElseThrow().revision();
    assertThat(dashboards.put("d", "t2", "{}", first).join()).isPresent();
    assertThat(dashboards.delete("d", null).join()).isEqualTo(Dashboards.Change.DONE);
  }

  // Dashboards

  /**
   * Increments, readings and resets come in between any two reads of an export. It is restored, and
   * the log read again from the positions in it, or from any place before them.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void whatIsWrittenDuringAnExportIsAllThereAfterAReplay(int slotsPerRead) throws Exception {
    SeriesSpec deltas =
        new SeriesSpec(
            null, SeriesKey.of("d"), MetricType.COUNTER, 1_000L, 40, Temporality.DELTA, false);
    List<SeriesSamples[]> log = new ArrayList<>();
    Runnable write =
        () -> {
          int i = log.size();
          SeriesSamples[] record = {
            samples(deltas, i, 1 + i), samples(counter("c"), i, i % 7), samples(counter("e"), i, i)
          };
          log.add(record);
          fixture.write(record);
        };
    for (int i = 0; i < 10; i++) {
      write.run();
    }
    BusyEngine busy =
        new BusyEngine(
            engine,
            () -> {
              if (log.size() < 30) {
                write.run();
              }
            });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StoreConfig config = StoreConfig.DEFAULT.withKeyPrefix(prefix);
    try (RingStore exported = RingStore.open(busy, config).join()) {
      exported.transfer().exportTo(out, slotsPerRead, (stage, done) -> {});
    }
    assertThat(log).as("written meanwhile").hasSizeGreaterThan(12);

    for (int from : new int[] {0, 5, 10}) {
      byte[] restoredPrefix = Arrays.copyOf(prefix, prefix.length + 2);
      restoredPrefix[prefix.length] = 0x7E;
      restoredPrefix[prefix.length + 1] = (byte) (1 + from);
      StoreFixture restored = open(engine, restoredPrefix);
      restored
          .store
          .transfer()
          .importFrom(
              () -> new ByteArrayInputStream(out.toByteArray()),
              new ImportOptions(true, false),
              (stage, done) -> {});
      RingWriter replay = restored.store.newWriter();
      for (int offset = from; offset < log.size(); offset++) {
        writeAt(replay, 0, offset, true, log.get(offset));
      }
      for (String name : List.of("d", "c", "e")) {
        assertThat(restored.ring(name)).as(name + " from " + from).isEqualTo(fixture.ring(name));
        assertThat(restored.counterState(name))
            .as(name + " from " + from)
            .isEqualTo(fixture.counterState(name));
      }
    }
  }

  @Test
  void aDashboardIsSavedOnlyOverTheRevisionItCameFrom() {
    Dashboards dashboards = fixture.store.dashboards();
    assertThat(dashboards.get("a").join()).isEmpty();
    long first = dashboards.put("a", "Title", "{\"x\":1}", null).join().orElseThrow().revision();
    long second = dashboards.put("a", "New", "{}", first).join().orElseThrow().revision();
    assertThat(dashboards.put("a", "Lost", "{}", first).join()).isEmpty();
    assertThat(dashboards.get("a").join().orElseThrow().title()).isEqualTo("New");
    assertThat(dashboards.put("none", "t", "{}", 1L).join()).isEmpty();
    dashboards.put("b", "B", "{}", null).join();
    assertThat(dashboards.list(null, 10).join())
        .extracting(d -> d.slug())
        .containsExactly("a", "b");
    assertThat(dashboards.list("a", 10).join()).extracting(d -> d.slug()).containsExactly("b");
    assertThat(dashboards.delete("a", first).join()).isEqualTo(Dashboards.Change.OTHER_REVISION);
    assertThat(dashboards.delete("a", second).join()).isEqualTo(Dashboards.Change.DONE);
    assertThat(dashboards.delete("a", null).join()).isEqualTo(Dashboards.Change.ABSENT);
  }

  // Damage

  @Test
  void aDamagedRecordIsReportedNotGuessed() {
    fixture.write(gauge("m", 1, 10), 1, 1);
    fixture.write(counter("c"), 1, 1);
    long id = fixture.id("m");
    Keys keys = new Keys(prefix);
    set(keys.counter(fixture.id("c")), new byte[5]);
    assertCorrupt(() -> fixture.counterState("c"), "counter state");
    set(keys.metric(id), new byte[] {0x33});
    assertCorrupt(() -> fixture.store.registry().get(id).join(), "metric " + id);
    set(keys.dashboard("d"), new byte[] {0x33});
    assertCorrupt(() -> fixture.store.dashboards().get("d").join(), "dashboard d");
  }

  @Test
  void aDamagedBlockIsReportedNotGuessed() {
    byte[] other = otherPrefix();
    BlockConfig inBlocks = BlockConfig.DEFAULT.withSlotsPerBlock(BlockConfig.BLOCK);
    try (StoreFixture damaged = new StoreFixture(engine, other, inBlocks)) {
      damaged.write(gauge("m", 1, 10), 1, 1);
      damaged.store.flush().join();
      set(new Keys(other).blocks(damaged.id("m")).slot(0), new byte[] {0x33});
      assertCorrupt(() -> damaged.ring("m"), "a block");
    } finally {
      engine.write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  @Test
  void aDamagedSlotIsReportedNotGuessed() {
    byte[] other = otherPrefix();
    BlockConfig inSlots = BlockConfig.DEFAULT.withSlotsPerBlock(1);
    try (StoreFixture damaged = new StoreFixture(engine, other, inSlots)) {
      damaged.write(gauge("m", 1, 10), 1, 1);
      set(new Keys(other).ring(damaged.id("m")).slot(3), new byte[] {1, 2, 3});
      assertCorrupt(() -> damaged.ring("m"), "sample record");
    } finally {
      engine.write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  private static byte[] otherPrefix() {
    int random = ThreadLocalRandom.current().nextInt();
    return ByteBuffer.allocate(5).put((byte) 0x70).putInt(random).array();
  }

  @Test
  void aKeySpaceOfSomethingElseIsRefused() {
    byte[] other = otherPrefix();
    set(KeyRange.next(other), new byte[] {1});
    try {
      assertThatThrownBy(() -> new StoreFixture(engine, other))
          .hasRootCauseInstanceOf(StoreException.class)
          .hasMessageContaining("holds foreign data");
    } finally {
      engine.write(tx -> clear(tx, KeyRange.startingWith(other))).join();
    }
  }

  @Test
  void aLayoutOfTheFutureIsRefused() {
    set(new Keys(prefix).format(), com.apple.foundationdb.tuple.Tuple.from(3).pack());
    assertThatThrownBy(() -> new StoreFixture(engine, prefix))
        .hasRootCauseInstanceOf(StoreException.class)
        .hasMessageContaining("layout version 3");
  }

  private void assertCorrupt(Runnable read, String what) {
    assertThatThrownBy(read::run)
        .cause()
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT);
              assertThat(e).hasMessageContaining(what);
            });
  }

  private static SeriesSpec withId(long id, String name) {
    return new SeriesSpec(id, SeriesKey.of(name), MetricType.GAUGE, null, null);
  }

  private int rawKeys(long ringId) {
    Keys keys = new Keys(prefix);
    return rawKeys(keys.ring(ringId).all()) + rawKeys(keys.blocks(ringId).all());
  }

  private int rawKeys(KeyRange range) {
    return engine
        .read(tx -> tx.getRange(range, 10, dev.annulus.kv.ReadTransaction.Order.ASCENDING))
        .join()
        .size();
  }

  private void set(byte[] key, byte[] value) {
    engine
        .write(
            tx -> {
              tx.set(key, value);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }

  private static CompletableFuture<Void> clear(dev.annulus.kv.Transaction tx, KeyRange range) {
    tx.clear(range);
    return CompletableFuture.completedFuture(null);
  }

  private static void concurrently(int threads, Callable<Void> task) throws Exception {
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
