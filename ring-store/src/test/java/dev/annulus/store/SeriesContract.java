package dev.annulus.store;

import static dev.annulus.store.StoreContract.concurrently;
import static dev.annulus.store.StoreContract.values;
import static dev.annulus.store.StoreContract.withId;
import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.wire.RejectReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What the store promises about series: ids, creation, look-ups and search. */
interface SeriesContract extends StoreContract {

  @Test
  default void aWriterThatMayKeepFewSeriesWritesAllOfThem() {
    Random random = new Random(1);
    List<SeriesSpec> specs = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      specs.add(gauge("m" + i, 1, 100));
    }
    for (int round = 1; round <= 6; round++) {
      Collections.shuffle(specs, random);
      if (round == 4) {
        fixture().store.registry().delete(fixture().id("m7"), LogOffsets.NONE).join();
      }
      for (int from = 0; from < specs.size(); from += 500) {
        SeriesSamples[] record = new SeriesSamples[500];
        for (int i = 0; i < 500; i++) {
          record[i] = samples(specs.get(from + i), round, round);
        }
        assertThat(fixture().write(record).written()).isEqualTo(500);
      }
    }
    assertThat(fixture().ring("m7")).containsOnlyKeys(4L, 5L, 6L);
    for (int i = 8; i < 3_000; i += 100) {
      assertThat(fixture().ring("m" + i)).containsOnlyKeys(1L, 2L, 3L, 4L, 5L, 6L);
    }
  }

  @Test
  default void aSeriesIsItsNameAndItsTagsInAnyOrder() {
    fixture().write(gauge("m", Map.of("a", "1", "b", "2")), 1, 1);
    SeriesKey other = new SeriesKey("m", List.of(new Tag("b", "2"), new Tag("a", "1")));
    fixture().write(SeriesSpec.of(other, MetricType.GAUGE), 2, 2);
    List<Metric> metrics = fixture().store.registry().list(-1, 10).join();
    assertThat(metrics).hasSize(1);
    assertThat(fixture().scan(metrics.get(0).id(), 0, 9)).hasSize(2);
    assertThat(metrics.get(0).createdAt()).isEqualTo(1_000_000);
  }

  @Test
  default void theFirstWritersGeometryHolds() {
    fixture().write(gauge("m", 5, 7), 1, 1);
    fixture().write(gauge("m", 60, 99), 2, 2);
    fixture().write(gauge("m", Map.of()), 3, 3);
    Metric metric = fixture().store.registry().find(SeriesKey.of("m")).join().orElseThrow();
    assertThat(metric.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(5, 7));
  }

  @Test
  default void anotherTypeIsRejected() {
    fixture().write(gauge("m", Map.of()), 1, 1);
    RingWriter.Outcome outcome =
        fixture().write(samples(counter("m"), 2, 2), samples(gauge("m", Map.of()), 3, 3));
    assertThat(outcome.written()).isEqualTo(1);
    assertThat(outcome.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(RejectReason.TYPE_CONFLICT);
              assertThat(rejected.detail()).isEqualTo("m is a gauge, not a counter");
            });
    assertThat(fixture().ring("m")).containsOnlyKeys(1L, 3L);
  }

  @Test
  default void aChosenIdBindsToItsSeries() {
    SeriesSpec chosen = withId(42, "chosen");
    fixture().write(chosen, 1, 1);
    assertThat(fixture().id("chosen")).isEqualTo(42);
    fixture().write(new SeriesSpec(42L, null, MetricType.GAUGE, null, null), 2, 2);
    assertThat(fixture().ring("chosen")).hasSize(2);

    assertThat(fixture().write(withId(42, "other"), 3, 3).rejected())
        .extracting(RingWriter.Rejected::detail)
        .containsExactly("metric_id 42 belongs to chosen, not other");
    assertThat(fixture().write(withId(43, "chosen"), 3, 3).rejected())
        .extracting(RingWriter.Rejected::detail)
        .containsExactly("chosen has metric_id 42, not 43");
  }

  @Test
  default void anUnknownIdWithoutANameMakesASeriesOfItsOwn() {
    fixture().write(new SeriesSpec(7L, null, MetricType.GAUGE, null, null), 1, 1);
    assertThat(fixture().id("metric_7")).isEqualTo(7);
  }

  @Test
  default void theSequenceStepsOverIdsThatClientsChose() {
    SeriesSamples[] chosen = new SeriesSamples[5_000];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = samples(withId(i + 1, "chosen" + i), 1, 1);
    }
    fixture().write(chosen);
    SeriesSamples[] fresh = new SeriesSamples[80];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = samples(gauge("fresh" + i, Map.of()), 1, 1);
    }
    fixture().write(fresh);
    List<Metric> all = fixture().store.registry().list(-1, 10_000).join();
    assertThat(all).hasSize(5_080);
    assertThat(new HashSet<>(all.stream().map(Metric::id).toList())).hasSize(5_080);
  }

  @Test
  default void theSequenceStepsOverIdsThatItsOwnBatchChose() {
    fixture()
        .write(
            samples(withId(1, "chosen1"), 1, 1),
            samples(gauge("fresh1", Map.of()), 1, 2),
            samples(withId(2, "chosen2"), 1, 3),
            samples(gauge("fresh2", Map.of()), 1, 4),
            samples(withId(3, "chosen3"), 1, 5));
    for (long id = 1; id <= 3; id++) {
      assertThat(fixture().id("chosen" + id)).isEqualTo(id);
    }
    assertThat(Set.of(fixture().id("fresh1"), fixture().id("fresh2"))).doesNotContain(1L, 2L, 3L);
    assertThat(fixture().ring("fresh1").values()).containsExactly(2.0);
    assertThat(fixture().ring("chosen2").values()).containsExactly(3.0);
  }

  @Test
  default void theSequenceMayComeToAnIdThatAClientChoseAndDeleted() {
    fixture().write(withId(3, "chosen"), 1, 1);
    fixture().write(withId(3, "chosen"), 2, 2);
    fixture().store.registry().delete(3, LogOffsets.NONE).join();
    SeriesSamples[] fresh = new SeriesSamples[5];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = samples(gauge("fresh" + i, Map.of()), 7, i);
    }
    fixture().write(fresh);
    for (int i = 0; i < fresh.length; i++) {
      assertThat(fixture().ring("fresh" + i)).containsExactly(Map.entry(7L, (double) i));
    }
  }

  @Test
  default void oneBatchMayNameANewSeriesInTwoWays() {
    RingWriter.Outcome outcome =
        fixture()
            .write(
                samples(gauge("m", 1, 10), 1, 1),
                samples(gauge("m", 2, 20), 2, 2),
                samples(withId(500, "m"), 3, 3));
    assertThat(outcome.written()).isEqualTo(2);
    assertThat(outcome.rejected()).hasSize(1);
    assertThat(fixture().store.registry().list(-1, 10).join()).hasSize(1);
  }

  @Test
  default void manyWritersCreateASeriesOnce() throws Exception {
    int threads = 8;
    List<Set<Long>> ids = Collections.synchronizedList(new ArrayList<>());
    concurrently(
        threads,
        () -> {
          RingWriter writer = fixture().store.newWriter();
          SeriesSamples[] batch = new SeriesSamples[100];
          for (int i = 0; i < batch.length; i++) {
            batch[i] = samples(gauge("m" + i, Map.of("host", "h")), 1, 1);
          }
          writeAt(writer, 0, ThreadLocalRandom.current().nextInt(1000), true, batch);
          ids.add(
              new HashSet<>(
                  fixture().store.registry().list(-1, 1000).join().stream()
                      .map(Metric::id)
                      .toList()));
          return null;
        });
    assertThat(fixture().store.registry().list(-1, 1000).join()).hasSize(100);
    assertThat(new HashSet<>(ids)).hasSize(1);
  }

  @Test
  default void aPageStartsAfterItsCursor() {
    for (int i = 0; i < 10; i++) {
      fixture().write(gauge("m" + i, Map.of()), 1, 1);
    }
    List<Metric> first = fixture().store.registry().list(-1, 4).join();
    List<Metric> second = fixture().store.registry().list(first.get(3).id(), 100).join();
    assertThat(first).hasSize(4);
    assertThat(second).hasSize(6);
    assertThat(second.get(0).id()).isGreaterThan(first.get(3).id());
  }

  @Test
  default void metricsAreFoundByNameAndTags() {
    Random random = new Random(7);
    Map<Long, SeriesKey> model = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      Map<String, String> tags = new HashMap<>();
      for (String key : List.of("dc", "host", "os")) {
        if (random.nextInt(4) > 0) {
          tags.put(key, key + random.nextInt(4));
        }
      }
      fixture().write(gauge("name" + random.nextInt(5), tags), 1, 1);
    }
    fixture().store.registry().list(-1, 1000).join().forEach(m -> model.put(m.id(), m.key()));
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
      assertThat(fixture().store.search().find(name, tags, limit).join())
          .extracting(Metric::id)
          .isEqualTo(expected);
    }
  }

  @Test
  default void postingsLongerThanOneReadIntersect() {
    SeriesSamples[] batch = new SeriesSamples[3000];
    for (int i = 0; i < batch.length; i++) {
      Map<String, String> tags = Map.of("mod7", "" + i % 7, "half", "" + i / 1500, "i", "" + i);
      batch[i] = samples(gauge("m", tags), 1, 1);
    }
    fixture().write(batch);
    List<Tag> tags = List.of(new Tag("mod7", "3"), new Tag("half", "1"));
    assertThat(fixture().store.search().find("m", tags, 2000).join())
        .hasSize(
            (int) java.util.stream.IntStream.range(1500, 3000).filter(i -> i % 7 == 3).count());
    assertThat(fixture().store.search().find("m", List.of(new Tag("i", "2999")), 10).join())
        .hasSize(1);
  }

  @Test
  default void namesAndTagValuesAreListedOnce() {
    for (int i = 0; i < 200; i++) {
      fixture().write(gauge("m" + i % 3, Map.of("host", "h" + i % 50, "dc", "d")), 1, 1);
    }
    assertThat(fixture().store.search().names().join()).containsExactly("m0", "m1", "m2");
    assertThat(fixture().store.search().tagValues().join().get("host")).hasSize(50).contains("h49");
    assertThat(fixture().store.search().tagValues().join()).containsOnlyKeys("host", "dc");
    assertThat(fixture().store.search().tagValues("m1").join().get("dc")).containsExactly("d");
    assertThat(fixture().store.search().tagValues("none").join()).isEmpty();
  }

  @Test
  default void seriesAreCountedByWhatTheyHaveInCommon() {
    for (int i = 0; i < 60; i++) {
      String name = i % 3 == 0 ? "rare" : "frequent";
      fixture().write(gauge(name, Map.of("host", "h" + i, "dc", "d" + i % 2)), 1, 1);
    }
    fixture().write(gauge("bare", Map.of()), 1, 1);
    Cardinality cardinality = fixture().store.cardinality();
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
}
