package dev.annulus.store;

import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database takes so many series and no more; those it has go on. */
class SeriesLimitIT {
  @TempDir private Path directory;
  private KeyValueEngine engine;

  @BeforeEach
  void open() {
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aSeriesTooManyIsRefusedAndTheOthersGoOn() {
    RingStore store = store(2);
    RingWriter writer = store.newWriter();
    assertThat(write(writer, 0, "a", "b").rejected()).isEmpty();

    RingWriter.Outcome outcome = write(writer, 1, "a", "c", "b", "d");

    assertThat(outcome.written()).isEqualTo(2);
    assertThat(outcome.rejected())
        .extracting(RingWriter.Rejected::reason)
        .containsExactly(RejectReason.SERIES_LIMIT, RejectReason.SERIES_LIMIT);
    assertThat(outcome.rejected().get(0).detail())
        .isEqualTo("the database has reached its limit of 2 series; c would be a new one");
    assertThat(names(store)).containsExactly("a", "b");
  }

  @Test
  void refusedSeriesUseUpNoIds() {
    RingStore store = store(1);
    RingWriter writer = store.newWriter();
    write(writer, 0, "a");
    for (int i = 1; i <= 100; i++) {
      write(writer, i, "b", "c", "d", "e", "f", "g", "h", "i");
    }
    long id = store.registry().list(-1, 1).join().get(0).id();
    store.registry().delete(id, new LogOffsets(101)).join();
    write(writer, 101, "z");
    assertThat(store.registry().list(-1, 1).join().get(0).id()).isEqualTo(id + 1);
  }

  @Test
  void aDeletionMakesRoom() {
    RingStore store = store(1);
    write(store.newWriter(), 0, "a");
    long id = store.registry().list(-1, 1).join().get(0).id();
    store.registry().delete(id, new LogOffsets(1)).join();
    store.registry().delete(id, new LogOffsets(1)).join();
    assertThat(write(store.newWriter(), 1, "b").rejected()).isEmpty();
    assertThat(write(store.newWriter(), 2, "c").rejected()).hasSize(1);
    assertThat(names(store)).containsExactly("b");
  }

  @Test
  void manyWritersTogetherDoNotGoBeyond() {
    RingStore store = store(30);
    List<CompletableFuture<RingWriter.Outcome>> writes = new ArrayList<>();
    for (int w = 0; w < 4; w++) {
      List<LoggedSamples> batch = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        batch.add(logged("w" + w + "-" + i, w, 0, i));
      }
      writes.add(store.newWriter().write(batch, Map.of(w, 1L)));
    }
    int refused = writes.stream().mapToInt(write -> write.join().rejected().size()).sum();
    assertThat(refused).isEqualTo(50);
    assertThat(names(store)).hasSize(30);
  }

  @Test
  void anOlderDatabaseIsCounted() {
    RingStore store = store(100);
    write(store.newWriter(), 0, "a", "b", "c");
    engine
        .write(
            tx -> {
              tx.clear(new Keys(new byte[0]).seriesCount());
              return CompletableFuture.completedFuture(null);
            })
        .join();
    RingStore reopened = store(4);
    assertThat(write(reopened.newWriter(), 1, "d").rejected()).isEmpty();
    assertThat(write(reopened.newWriter(), 2, "e").rejected()).hasSize(1);
  }

  @Test
  void aTokenCreatesSoManySeriesAndTheOthersGoOn() {
    RingStore store = store(100, 2);
    RingWriter writer = store.newWriter();
    assertThat(writeAs("mine", writer, 0, "a", "b").rejected()).isEmpty();

    RingWriter.Outcome outcome = writeAs("mine", writer, 1, "a", "c", "b");

    assertThat(outcome.written()).isEqualTo(2);
    assertThat(outcome.rejected())
        .extracting(RingWriter.Rejected::reason, RingWriter.Rejected::detail)
        .containsExactly(
            tuple(
                RejectReason.SERIES_LIMIT,
                "the token mine has reached its limit of 2 series; c would be a new one"));
    assertThat(writeAs("yours", writer, 2, "c", "d").rejected()).isEmpty();
    assertThat(write(writer, 3, "e", "f", "g").rejected()).as("without a token").isEmpty();
    assertThat(writeAs("mine", writer, 4, "c", "g").rejected()).as("others' series").isEmpty();
    assertThat(names(store)).containsExactly("a", "b", "c", "d", "e", "f", "g");
  }

  @Test
  void oneBatchOfSeveralTokensIsCountedByToken() {
    RingStore store = store(100, 2);
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      LoggedSamples samples = logged("m" + i, 0, 0, i);
      batch.add(owned(samples, "token" + i % 3));
    }
    RingWriter.Outcome outcome = store.newWriter().write(batch, Map.of(0, 1L)).join();
    assertThat(outcome.rejected())
        .extracting(refused -> refused.samples().owner())
        .containsExactlyInAnyOrder("token0", "token0", "token1", "token1", "token2", "token2");
    assertThat(names(store)).hasSize(6);
  }

  @Test
  void aDeletionMakesRoomForItsToken() {
    RingStore store = store(100, 1);
    writeAs("mine", store.newWriter(), 0, "a");
    writeAs("yours", store.newWriter(), 1, "b");
    assertThat(writeAs("mine", store.newWriter(), 2, "c").rejected()).hasSize(1);
    long id = store.registry().list(-1, 1).join().get(0).id();
    store.registry().delete(id, new LogOffsets(3)).join();
    store.registry().delete(id, new LogOffsets(3)).join();
    assertThat(writeAs("mine", store.newWriter(), 3, "c").rejected()).isEmpty();
    assertThat(writeAs("mine", store.newWriter(), 4, "d").rejected()).hasSize(1);
    assertThat(names(store)).containsExactly("b", "c");
  }

  @Test
  void theLimitOfATokenHoldsHoweverManyWritersThereAre() {
    RingStore store = store(1_000, 30);
    List<CompletableFuture<RingWriter.Outcome>> writes = new ArrayList<>();
    for (int w = 0; w < 4; w++) {
      List<LoggedSamples> batch = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        batch.add(owned(logged("w" + w + "-" + i, w, 0, i), "mine"));
      }
      writes.add(store.newWriter().write(batch, Map.of(w, 1L)));
    }
    int refused = writes.stream().mapToInt(write -> write.join().rejected().size()).sum();
    assertThat(names(store)).hasSize(30);
    assertThat(refused).isEqualTo(50);
  }

  @Test
  void anImportKeepsWhoseTheSeriesAre(@TempDir Path other) throws Exception {
    RingStore store = store(100, 2);
    writeAs("mine", store.newWriter(), 0, "a", "b");
    ByteArrayOutputStream export = new ByteArrayOutputStream();
    store.transfer().exportTo(export, (stage, done) -> {});
    try (KeyValueEngine target = EmbeddedEngine.open(EmbeddedConfig.in(other))) {
      RingStore copy = RingStore.open(target, StoreConfig.DEFAULT.withMaxSeries(100, 2)).join();
      copy.transfer()
          .importFrom(
              () -> new ByteArrayInputStream(export.toByteArray()),
              new ImportOptions(true, false),
              (stage, done) -> {});
      assertThat(writeAs("mine", copy.newWriter(), 1, "c").rejected()).hasSize(1);
      assertThat(writeAs("yours", copy.newWriter(), 2, "c").rejected()).isEmpty();
    }
  }

  @Test
  void aFullDatabaseStillPromotesTypes() {
    RingStore store = store(1);
    RingWriter writer = store.newWriter();
    SeriesSpec unknown = SeriesSpec.of(SeriesKey.of("c"), MetricType.GAUGE).asInferred();
    SeriesSpec counter = SeriesSpec.of(SeriesKey.of("c"), MetricType.COUNTER).asInferred();
    writer
        .write(List.of(new LoggedSamples(samples(unknown, 1, 10), 0, 0, 0, true)), Map.of())
        .join();
    RingWriter.Outcome outcome =
        writer
            .write(List.of(new LoggedSamples(samples(counter, 2, 20), 0, 1, 0, true)), Map.of())
            .join();
    assertThat(outcome.rejected()).isEmpty();
    assertThat(store.registry().list(-1, 2).join())
        .singleElement()
        .extracting(Metric::type)
        .isEqualTo(MetricType.COUNTER);
  }

  @Test
  void seriesRefusedToATokenUseUpNoIds() {
    RingStore store = store(100, 1);
    RingWriter writer = store.newWriter();
    writeAs("mine", writer, 0, "a");
    for (int i = 1; i <= 100; i++) {
      writeAs("mine", writer, i, "b", "c", "d", "e", "f", "g", "h", "i");
    }
    writeAs("yours", writer, 101, "z");
    assertThat(store.registry().list(-1, 2).join().get(1).id()).isLessThan(200);
  }

  private RingStore store(long maxSeries, long perOwner) {
    StoreConfig config = StoreConfig.DEFAULT.withMaxSeries(maxSeries, perOwner);
    return RingStore.open(engine, config).join();
  }

  private static RingWriter.Outcome writeAs(
      String owner, RingWriter writer, long offset, String... names) {
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      batch.add(owned(logged(names[i], 0, offset, i), owner));
    }
    return writer.write(batch, Map.of(0, offset + 1)).join();
  }

  private static LoggedSamples owned(LoggedSamples samples, String owner) {
    return new LoggedSamples(
        samples.samples(),
        samples.partition(),
        samples.offset(),
        samples.firstIndex(),
        samples.home(),
        owner);
  }

  private RingStore store(long maxSeries) {
    return RingStore.open(engine, StoreConfig.DEFAULT.withMaxSeries(maxSeries)).join();
  }

  private static List<String> names(RingStore store) {
    return List.copyOf(store.search().names().join());
  }

  private static RingWriter.Outcome write(RingWriter writer, long offset, String... names) {
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      batch.add(logged(names[i], 0, offset, i));
    }
    return writer.write(batch, Map.of(0, offset + 1)).join();
  }

  private static LoggedSamples logged(String name, int partition, long offset, int index) {
    SeriesSamples samples = samples(gauge(name, 1, 10), offset, 1);
    return new LoggedSamples(samples, partition, offset, index, true);
  }
}
