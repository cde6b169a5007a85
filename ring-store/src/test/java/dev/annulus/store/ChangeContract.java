package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.state;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Temporality;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the store promises about changes: of retention and dashboards, with unknown outcomes, during
 * an export.
 */
interface ChangeContract extends StoreContract {
  @Test
  default void aRetentionChangeKeepsEverySampleThatFits() {
    fixture().write(gauge("m", 1, 10), 91, 1, 92, 2, 93, 3, 94, 4, 95, 5, 96, 6, 97, 7, 98, 8);
    long id = fixture().id("m");
    Metric after =
        fixture().store.retention().change(id, RingGeometry.ofSeconds(2, 3)).join().orElseThrow();
    assertThat(after.ring().geometry()).isEqualTo(RingGeometry.ofSeconds(2, 3));
    assertThat(after.ring().id()).isNotEqualTo(id);
    assertThat(fixture().scan(id, 0, 999)).containsOnlyKeys(95L, 97L, 98L);
    assertThat(rawKeys(id)).as("the old ring is cleared").isZero();
    fixture().write(gauge("m", 1, 10), 100, 10);
    assertThat(fixture().scan(id, 0, 999)).containsOnlyKeys(97L, 98L, 100L);
  }

  @Test
  default void samplesWrittenDuringARetentionChangeAreKept() throws Exception {
    SeriesSpec spec = gauge("m", 1, 100_000);
    double[] before = new double[40_000];
    for (int i = 0; i < 20_000; i++) {
      before[2 * i] = i;
      before[2 * i + 1] = i;
    }
    fixture().write(spec, before);
    long id = fixture().id("m");
    CompletableFuture<Integer> writing =
        CompletableFuture.supplyAsync(
            () -> {
              int i = 20_000;
              while (fixture().store.registry().get(id).join().orElseThrow().ring().id() == id) {
                fixture().write(spec, i, i);
                i++;
              }
              fixture().write(spec, i, i);
              return i;
            });
    fixture().store.retention().change(id, RingGeometry.ofSeconds(1, 200_000)).join();
    int last = writing.get();
    assertThat(fixture().scan(id, 0, 1_000_000)).hasSize(last + 1).containsKey((long) last);
  }

  @Test
  default void aRetentionChangeThatWasCutOffIsCarriedOn() {
    FailingEngine failing = new FailingEngine(openEngine());
    StoreFixture other = open(failing, prefix());
    for (int writes = 0; ; writes++) {
      String name = "m" + writes;
      fixture().write(gauge(name, 1, 20), 1, 1, 2, 2, 3, 3);
      long id = fixture().id(name);
      failing.failAfter(writes);
      try {
        other.store.retention().change(id, RingGeometry.ofSeconds(1, 5)).join();
        break;
      } catch (java.util.concurrent.CompletionException e) {
        failing.failAfter(Integer.MAX_VALUE);
      }
      fixture().write(gauge(name, 1, 20), 4, 4);
      assertThat(fixture().ring(name)).as("after %s writes", writes).hasSize(4);
      Metric cutOff = fixture().store.registry().get(id).join().orElseThrow();
      Metric.Ring kept = cutOff.nextRing() == null ? cutOff.ring() : cutOff.nextRing();
      fixture().store.retention().resume().join();
      assertThat(fixture().ring(name)).hasSize(4);
      Metric metric = fixture().store.registry().get(id).join().orElseThrow();
      assertThat(metric.nextRing()).isNull();
      assertThat(metric.ring()).isEqualTo(kept);
      assertThat(kept.geometry().slots())
          .as("after %s writes", writes)
          .isEqualTo(writes == 0 ? 20 : 5);
    }
    assertThat(fixture().ring("m0")).hasSize(4);
  }

  @Test
  default void nothingHappensTwiceWhenOutcomesAreUnknown() {
    StoreFixture twice = open(new UnknownOutcomeEngine(openEngine()), prefix());
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

  /**
   * Increments, readings and resets come in between any two reads of an export. It is restored, and
   * the log read again from the positions in it, or from any place before them.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  default void whatIsWrittenDuringAnExportIsAllThereAfterAReplay(int slotsPerRead)
      throws Exception {
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
          fixture().write(record);
        };
    for (int i = 0; i < 10; i++) {
      write.run();
    }
    BusyEngine busy =
        new BusyEngine(
            openEngine(),
            () -> {
              if (log.size() < 30) {
                write.run();
              }
            });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StoreConfig config = StoreConfig.DEFAULT.withKeyPrefix(prefix());
    try (RingStore exported = RingStore.open(busy, config).join()) {
      exported.transfer().exportTo(out, slotsPerRead, (stage, done) -> {});
    }
    assertThat(log).as("written meanwhile").hasSizeGreaterThan(12);

    for (int from : new int[] {0, 5, 10}) {
      byte[] restoredPrefix = Arrays.copyOf(prefix(), prefix().length + 2);
      restoredPrefix[prefix().length] = 0x7E;
      restoredPrefix[prefix().length + 1] = (byte) (1 + from);
      StoreFixture restored = open(openEngine(), restoredPrefix);
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
        assertThat(restored.ring(name)).as(name + " from " + from).isEqualTo(fixture().ring(name));
        assertThat(restored.counterState(name))
            .as(name + " from " + from)
            .isEqualTo(fixture().counterState(name));
      }
    }
  }

  @Test
  default void aDashboardIsSavedOnlyOverTheRevisionItCameFrom() {
    Dashboards dashboards = fixture().store.dashboards();
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
}
