package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutConversionIT {
  private static final byte[] PREFIX = {7};
  private static final BlockConfig SLOTS = BlockConfig.DEFAULT.withSlotsPerBlock(1);
  private static final StoreConfig CONFIG = StoreConfig.DEFAULT.withKeyPrefix(PREFIX);
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

  /** Random contents, converted with a failure at any step and after unknown outcomes. */
  @Test
  void aConvertedDatabaseHoldsWhatItHeld() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    StoreFixture old = new StoreFixture(engine, PREFIX, SLOTS);
    for (int i = 0; i < 60; i++) {
      double[] tsAndValues = new double[400];
      for (int k = 0; k < tsAndValues.length; k += 2) {
        tsAndValues[k] = random.nextInt(20_000);
        tsAndValues[k + 1] = random.nextGaussian();
      }
      old.write(
          samples(gauge("g" + i % 7, 1 + i % 3, 30_000), tsAndValues),
          samples(counter("c" + i % 5), i, random.nextInt(100)),
          samples(SeriesSpec.deltasOf(SeriesKey.of("d")), i, 1));
    }
    old.store.retention().change(old.id("g1"), RingGeometry.ofSeconds(5, 500)).join();
    old.store.registry().delete(old.id("g2"), new LogOffsets(60)).join();
    byte[] before = export(old);
    Map<Integer, Long> positions = old.store.positions().read().join();

    int failures = 0;
    while (true) {
      FailingEngine failing = new FailingEngine(new UnknownOutcomeEngine(engine));
      failing.failAfter(1 + random.nextInt(4));
      try {
        new LayoutConversion(failing, CONFIG).run(progress -> {});
        break;
      } catch (CompletionException e) {
        failures++;
        assertThatThrownBy(() -> new StoreFixture(engine, PREFIX))
            .hasMessageContaining("is being converted");
      }
    }
    assertThat(failures).as("seed %d", seed).isPositive();
    try (StoreFixture converted = new StoreFixture(engine, PREFIX)) {
      assertThat(Arrays.equals(export(converted), before)).as("seed %d", seed).isTrue();
      assertThat(converted.store.positions().read().join()).isEqualTo(positions);
      RingWriter writer = converted.store.newWriter();
      StoreFixture.writeAt(
          writer, 0, 60, true, samples(SeriesSpec.deltasOf(SeriesKey.of("d")), 99, 1));
      assertThat(converted.counterState("d").increase()).isEqualTo(61);
    }
    assertThat(new LayoutConversion(engine, CONFIG).run(progress -> {}))
        .as("again")
        .isEqualTo(new LayoutConversion.Progress(0, 0));
  }

  private static byte[] export(StoreFixture store) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store.transfer().exportTo(out, (stage, done) -> {});
    return out.toByteArray();
  }

  @Test
  void aWriterThatIsStillRunningStopsAndItsSamplesAreReadAgain() {
    StoreFixture old = new StoreFixture(engine, PREFIX, SLOTS);
    RingWriter writer = old.store.newWriter();
    StoreFixture.writeAt(writer, 0, 0, true, samples(gauge("g", 1, 10), 1, 1));
    FailingEngine failing = new FailingEngine(engine);
    failing.failAfter(2);
    assertThatThrownBy(() -> new LayoutConversion(failing, CONFIG).run(progress -> {}))
        .isInstanceOf(CompletionException.class);
    assertThatThrownBy(
            () -> StoreFixture.writeAt(writer, 0, 1, true, samples(gauge("g", 1, 10), 2, 2)))
        .hasCauseInstanceOf(LostWritesException.class);
    StoreFixture.writeAt(old.store.newWriter(), 0, 1, true, samples(gauge("g", 1, 10), 2, 2));
    new LayoutConversion(engine, CONFIG).run(progress -> {});
    try (StoreFixture converted = new StoreFixture(engine, PREFIX)) {
      assertThat(converted.store.positions().read().join()).isEqualTo(Map.of(0, 1L));
      StoreFixture.writeAt(
          converted.store.newWriter(), 0, 1, true, samples(gauge("g", 1, 10), 2, 2));
      assertThat(converted.ring("g")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
    }
  }

  @Test
  void onlyADatabaseIsConverted() {
    assertThatThrownBy(() -> new LayoutConversion(engine, CONFIG).run(progress -> {}))
        .hasMessageContaining("there is no database to convert");
  }
}
