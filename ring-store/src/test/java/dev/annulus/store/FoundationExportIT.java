package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static dev.annulus.store.StoreFixture.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.fdb.FoundationCluster;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After the same log, a cluster's export is that of a store in a process, byte for byte. Runs where
 * a cluster answers; elsewhere it is skipped and says why.
 */
class FoundationExportIT {
  private static final int RECORDS = 300;
  private static final int SERIES = 12;
  private static final long START = 1_700_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, BlockConfig.BLOCK})
  void aClustersExportIsThatOfAStoreInAProcess(int slotsPerBlock) throws Exception {
    KeyValueEngine cluster = FoundationCluster.require();
    long seed = System.nanoTime();
    System.out.println("the log: seed " + seed);
    byte[] prefix = ByteBuffer.allocate(Long.BYTES).putLong(seed).array();
    BlockConfig blocks = BlockConfig.DEFAULT.withSlotsPerBlock(slotsPerBlock);
    // One of them flushes all the time, the other not before it is told to.
    BlockConfig flushing = blocks.flushingAt(8 << 10, Duration.ofMillis(100));
    try (KeyValueEngine process = EmbeddedEngine.open(EmbeddedConfig.in(directory));
        StoreFixture inProcess = new StoreFixture(process, new byte[0], blocks);
        StoreFixture inCluster = new StoreFixture(cluster, prefix, flushing)) {
      write(inProcess, new Random(seed));
      write(inCluster, new Random(seed));
      byte[] export = StoreTransferIT.export(inProcess);
      assertThat(StoreTransferIT.export(inCluster)).isEqualTo(export);
      inProcess.store.flush().join();
      inCluster.store.flush().join();
      assertThat(StoreTransferIT.export(inProcess)).as("flushed").isEqualTo(export);
      assertThat(StoreTransferIT.export(inCluster)).as("flushed").isEqualTo(export);
    } finally {
      cluster
          .write(
              tx -> {
                tx.clear(KeyRange.startingWith(prefix));
                return CompletableFuture.completedFuture(null);
              })
          .join();
    }
  }

  /** Records of several series, some of them late, and other retentions between them. */
  private static void write(StoreFixture store, Random random) {
    for (int i = 0; i < RECORDS; i++) {
      List<SeriesSamples> record = new ArrayList<>();
      for (int s = 0; s < 1 + random.nextInt(3); s++) {
        record.add(samples(series(random.nextInt(SERIES)), values(random, i)));
      }
      store.write(record.toArray(SeriesSamples[]::new));
      String name = "s" + random.nextInt(SERIES);
      if (random.nextInt(20) == 0 && store.exists(name)) {
        RingGeometry geometry =
            RingGeometry.ofSeconds(1 + random.nextInt(5), 50 + random.nextInt(500));
        store.store.retention().change(store.id(name), geometry).join();
      }
    }
  }

  private static SeriesSpec series(int number) {
    String name = "s" + number;
    return number % 3 == 0 ? counter(name) : gauge(name, 1 + number % 4, 40 * (number + 1));
  }

  private static double[] values(Random random, int record) {
    double[] values = new double[2 * (1 + random.nextInt(40))];
    for (int i = 0; i < values.length; i += 2) {
      values[i] = START + 5 * record - random.nextInt(60) + random.nextInt(1_000) / 1_000.0;
      values[i + 1] = random.nextInt(4) == 0 ? random.nextInt(10) : random.nextGaussian();
    }
    return values;
  }
}
