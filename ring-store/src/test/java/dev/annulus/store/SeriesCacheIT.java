package dev.annulus.store;

import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.RingGeometry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer knows as many series as its memory holds, be they short or long. */
class SeriesCacheIT {
  private static final long MEBIBYTE = 1 << 20;
  private static final int SERIES_THAT_FIT = 900;

  @TempDir private Path directory;
  private final AtomicInteger reads = new AtomicInteger();
  private KeyValueEngine engine;
  private RingWriter writer;

  @BeforeEach
  void open() {
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    StoreConfig config =
        new StoreConfig(
            new byte[0], RingGeometry.DEFAULT, 900_000, MEBIBYTE, () -> Instant.ofEpochSecond(10));
    KeyValueEngine counting = new BusyEngine(engine, reads::incrementAndGet);
    writer = RingStore.open(counting, config).join().newWriter();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void fiveHundredShortSeriesFitIntoAMebibyte() {
    write(500, 1, 0);
    assertThat(readsOf(500, 1, 1)).as("known").isZero();
  }

  @Test
  void twoHundredLongOnesDoNot() {
    write(200, 2_000, 0);
    assertThat(readsOf(200, 2_000, 1)).as("looked up again").isPositive();
    write(20, 2_000, 2);
    assertThat(readsOf(20, 2_000, 3)).as("known").isZero();
  }

  @Test
  void ofTwiceAsManySeriesAsFitHalfStayKnown() {
    for (int round = 0; round < 3; round++) {
      writeOneByOne(SERIES_THAT_FIT * 2, round);
    }
    int before = reads.get();
    writeOneByOne(SERIES_THAT_FIT * 2, 3);
    assertThat(reads.get() - before)
        .as("a look-up for each series that is not known")
        .isLessThan(SERIES_THAT_FIT * 2 * 3 / 4);
  }

  @Test
  void seriesNoLongerWrittenMakeRoom() {
    for (int round = 0; round < 3; round++) {
      writeOneByOne(SERIES_THAT_FIT, round);
    }
    for (int round = 3; round < 20; round++) {
      write("later", SERIES_THAT_FIT * 3 / 4, 1, round);
    }
    int before = reads.get();
    write("later", SERIES_THAT_FIT * 3 / 4, 1, 20);
    assertThat(reads.get() - before).as("known").isZero();
  }

  private void writeOneByOne(int series, long offset) {
    for (int i = 0; i < series; i++) {
      write("m" + i + "-", 1, 1, offset * series + i);
    }
  }

  private int readsOf(int series, int valueLength, long offset) {
    int before = reads.get();
    write(series, valueLength, offset);
    return reads.get() - before;
  }

  private void write(int series, int valueLength, long offset) {
    write("m", series, valueLength, offset);
  }

  private void write(String name, int series, int valueLength, long offset) {
    List<LoggedSamples> batch = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      Map<String, String> tags = new HashMap<>();
      for (int tag = 0; tag < 4; tag++) {
        tags.put("k" + tag, "v".repeat(valueLength));
      }
      batch.add(new LoggedSamples(samples(gauge(name + i, tags), offset, 1), 0, offset, i, true));
    }
    RingWriter.Outcome outcome = writer.write(batch, Map.of(0, offset + 1)).join();
    assertThat(outcome.written()).isEqualTo(series);
  }
}
