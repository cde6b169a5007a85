package dev.annulus.store;

import static dev.annulus.store.StoreFixture.counter;
import static dev.annulus.store.StoreFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.StaleMarker;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Exports and imports of databases in layout 2. */
class BlockTransferIT extends StoreTransferIT {

  @Test
  void everyMillisecondAndBitComesOver() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    SeriesKey fine = SeriesKey.of("fine");
    List<SeriesSpec> series =
        List.of(
            gauge("whole", 1, 3_600),
            new SeriesSpec(null, fine, MetricType.GAUGE, 250L, 3_600),
            counter("count"));
    for (int i = 0; i < 50; i++) {
      SeriesSamples[] record = new SeriesSamples[series.size()];
      for (int k = 0; k < record.length; k++) {
        long[] times = random.longs(20, 0, 3_600_000).toArray();
        record[k] = new SeriesSamples(series.get(k), times, anyValues(random, times.length));
      }
      source.write(record);
    }
    byte[] export = export(source);
    take(target, export, OTHER_LOG);
    for (String name : List.of("whole", "fine", "count")) {
      assertThat(target.bits(name)).as("%s, seed %d", name, seed).isEqualTo(source.bits(name));
      assertThat(source.bits(name)).hasSizeGreaterThan(500);
    }
    assertThat(target.counterState("count")).isEqualTo(source.counterState("count"));
    assertThat(target.store.registry().find(fine).join().orElseThrow().ring().geometry())
        .isEqualTo(new RingGeometry(250, 3_600));
  }

  private static double[] anyValues(Random random, int count) {
    return random
        .longs(count)
        .map(bits -> random.nextInt(4) == 0 ? StaleMarker.BITS : bits)
        .mapToDouble(Double::longBitsToDouble)
        .toArray();
  }

  @Override
  protected BlockConfig blocks() {
    return BlockConfig.DEFAULT.flushingAt(32 << 10, Duration.ofMillis(200));
  }

  @Override
  protected byte[] targetPrefix() {
    return new byte[] {7};
  }
}
