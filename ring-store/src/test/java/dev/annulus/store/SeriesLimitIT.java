package dev.annulus.store;

import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.SeriesSamples;
import dev.annulus.wire.RejectReason;
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
        .isEqualTo("the database holds as many series as it may, 2; c would be one more");
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
    assertThat(store.registry().list(-1, 1).join().get(0).id()).isLessThan(200);
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
    assertThat(names(store).size() + refused).isEqualTo(80);
    assertThat(names(store).size()).isBetween(1, 30);
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
