package dev.annulus.store;

import static dev.annulus.store.StoreContract.withId;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static dev.annulus.store.StoreFixture.writeAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesSpec;
import dev.annulus.store.LogIdentity.Adopted;
import dev.annulus.store.LogIdentity.Change;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the store promises about deleted series, and about the log that their marks refer to. */
interface DeletionContract extends StoreContract {

  @Test
  default void aDeletedMetricIsGoneAndEarlierSamplesDoNotBringItBack() {
    SeriesSpec spec = gauge("m", Map.of("host", "h"));
    fixture().write(spec, 1, 1, 2, 2);
    Metric metric = fixture().store.registry().find(spec.key()).join().orElseThrow();
    long accepted = fixture().nextOffset() + 3; // three records are in the log, not yet written
    assertThat(fixture().store.registry().delete(metric.id(), new LogOffsets(accepted)).join())
        .isTrue();
    assertThat(fixture().store.registry().get(metric.id()).join()).isEmpty();
    assertThat(fixture().scan(metric.id(), 0, 99)).isEmpty();
    assertThat(fixture().store.search().find("m", List.of(), 10).join()).isEmpty();
    assertThat(fixture().store.search().names().join()).isEmpty();

    for (int i = 0; i < 3; i++) {
      RingWriter.Outcome outcome = fixture().write(spec, 3 + i, 3);
      assertThat(outcome.written()).isZero();
      assertThat(outcome.dropped()).isEqualTo(1);
    }
    assertThat(fixture().store.registry().find(spec.key()).join()).isEmpty();

    fixture().write(spec, 10, 10);
    Metric reborn = fixture().store.registry().find(spec.key()).join().orElseThrow();
    assertThat(reborn.id()).isNotEqualTo(metric.id());
    writeAt(fixture().store.newWriter(), 0, 0, true, samples(spec, 1, 1));
    assertThat(fixture().scan(reborn.id(), 0, 99)).as("also on replay").containsOnlyKeys(10L);
  }

  @Test
  default void samplesByIdDoNotBringADeletedMetricBackEither() {
    fixture().write(withId(9, "m"), 1, 1);
    fixture().store.registry().delete(9, new LogOffsets(100)).join();
    fixture().write(new SeriesSpec(9L, null, MetricType.GAUGE, null, null), 2, 2);
    assertThat(fixture().store.registry().get(9).join()).isEmpty();
    assertThat(fixture().exists("metric_9")).isFalse();
  }

  @Test
  default void deletingTwiceSaysSo() {
    fixture().write(gauge("m", Map.of()), 1, 1);
    long id = fixture().id("m");
    assertThat(fixture().store.registry().delete(id, LogOffsets.NONE).join()).isTrue();
    assertThat(fixture().store.registry().delete(id, LogOffsets.NONE).join()).isFalse();
  }

  @Test
  default void writersNeverRestoreWhatWasDeletedUnderThem() throws Exception {
    SeriesSpec spec = gauge("m", 1, 1000);
    fixture().write(spec, 0, 0);
    long id = fixture().id("m");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; i < 300; i++) {
                fixture().write(spec, i, i);
              }
            });
    fixture().store.registry().delete(id, new LogOffsets(1_000_000)).join();
    writing.get();
    assertThat(fixture().scan(id, 0, 1000)).isEmpty();
    assertThat(fixture().exists("m")).isFalse();
    assertThat(rawKeys(id)).as("no key of its ring is left").isZero();
  }

  @Test
  default void marksAreRemovedOnceTheLogHasPassedThem() {
    for (int i = 0; i < 3; i++) {
      fixture().write(gauge("m" + i, Map.of()), 1, 1);
      fixture()
          .store
          .registry()
          .delete(fixture().id("m" + i), new LogOffsets(10L * (i + 1)))
          .join();
    }
    assertThat(fixture().store.registry().removeMarksBefore(new LogOffsets(20)).join())
        .isEqualTo(4);
    assertThat(fixture().store.registry().removeMarksBefore(new LogOffsets(20)).join()).isZero();
    assertThat(fixture().store.registry().removeMarksBefore(new LogOffsets(30)).join())
        .isEqualTo(2);
  }

  @Test
  default void marksAndPositionsOfAnotherLogDoNotCount() {
    assertThat(adopt("first", 0).change()).isEqualTo(Change.FIRST);
    for (int i = 0; i < 10; i++) {
      fixture().write(samples(gauge("gone", 1, 60), i, i), samples(gauge("back", 1, 60), i, i));
    }
    fixture().store.registry().delete(fixture().id("gone"), new LogOffsets(10)).join();
    fixture().store.registry().delete(fixture().id("back"), new LogOffsets(10)).join();
    fixture().write(gauge("back", 1, 60), 11, 11);
    assertThat(adopt("first", 11).change()).isEqualTo(Change.SAME);
    RingWriter writer = fixture().store.newWriter();
    assertThat(logged(writer, 0, "gone", 12).dropped()).as("logged before the deletion").isOne();
    assertThat(logged(writer, 0, "back", 12).dropped()).isOne();

    assertThat(fixture().store.restarts().trying(0, 0).join()).isEqualTo(1);
    assertThat(fixture().store.restarts().begunAt(0, 0).join()).isEqualTo(1);

    Adopted adopted = adopt("second", 0);
    assertThat(adopted.change()).isEqualTo(Change.OTHER);
    assertThat(adopted.before()).isEqualTo("first");
    assertThat(adopted.marks()).isEqualTo(4);
    assertThat(adopted.series()).containsExactlyInAnyOrder("gone", "back");
    assertThat(fixture().store.positions().read().join()).isEmpty();
    assertThat(fixture().store.restarts().trying(0, 0).join()).as("of this log").isEqualTo(1);
    assertThat(fixture().store.restarts().begunAt(0, 0).join()).isEqualTo(1);
    assertThat(adopt("second", 0).change()).isEqualTo(Change.SAME);
    for (RingWriter one : List.of(fixture().store.newWriter(), fixture().store.newWriter())) {
      assertThat(logged(one, 0, "gone", 12).written()).isOne();
      assertThat(logged(one, 0, "back", 12).written()).isOne();
    }
    assertThat(fixture().ring("gone")).isEqualTo(Map.of(12L, 1.0));
    assertThat(fixture().ring("back")).isEqualTo(Map.of(11L, 11.0, 12L, 1.0));
  }

  @Test
  default void marksAndPositionsEndWithALogThatLostItsTail() {
    adopt("log", 0);
    for (int i = 0; i < 10; i++) {
      fixture().write(gauge("gone", 1, 60), i, i);
    }
    fixture().store.registry().delete(fixture().id("gone"), new LogOffsets(10)).join();
    Adopted adopted = adopt("log", 4);
    assertThat(adopted.change()).isEqualTo(Change.SHORTENED);
    assertThat(adopted.marks()).isEqualTo(2);
    assertThat(fixture().store.positions().read().join()).isEqualTo(Map.of(0, 4L));
    assertThat(logged(fixture().store.newWriter(), 3, "gone", 3).dropped()).isOne();
    assertThat(logged(fixture().store.newWriter(), 4, "gone", 12).written()).isOne();
    assertThat(adopt("log", 5).change()).isEqualTo(Change.SAME);
  }

  @Test
  default void aStoreThatNeverKnewItsLogKnowsThatAShorterOneIsAnother() {
    fixture().write(gauge("g", 1, 60), 1, 1);
    fixture().write(gauge("g", 1, 60), 2, 2);
    assertThat(adopt("new", 1).change()).isEqualTo(Change.OTHER);
    assertThat(fixture().store.positions().read().join()).isEmpty();
    assertThat(fixture().ring("g")).as("samples stay").hasSize(2);
  }

  @Test
  default void aWriterNoticesThatTheStoreHasLostItsLastBatch() {
    RingWriter writer = fixture().store.newWriter();
    logged(writer, 7, "g", 1);
    logged(writer, 8, "g", 2);
    set(new Keys(prefix()).position(0), ByteBuffer.allocate(Long.BYTES).putLong(8).array());
    assertThatThrownBy(() -> logged(writer, 9, "g", 3))
        .hasCauseInstanceOf(LostWritesException.class);
    assertThat(fixture().ring("g")).doesNotContainKey(3L);
    assertThat(fixture().store.positions().read().join()).isEqualTo(Map.of(0, 8L));
    assertThat(logged(fixture().store.newWriter(), 8, "g", 2).written()).isOne();
  }

  private Adopted adopt(String log, long end) {
    return fixture()
        .store
        .log()
        .adopt(log, () -> CompletableFuture.completedFuture(new LogOffsets(end)))
        .join();
  }

  private static RingWriter.Outcome logged(RingWriter writer, long offset, String name, long ts) {
    return writeAt(writer, 0, offset, true, samples(gauge(name, 1, 60), ts, 1));
  }
}
