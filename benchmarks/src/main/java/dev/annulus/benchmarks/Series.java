package dev.annulus.benchmarks;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Synthetic CPU samples of many hosts. */
final class Series {
  private final List<SeriesSpec> specs;
  private final Random random = new Random(42);

  /** Gauges of one geometry, ten per host. */
  Series(int count, int step, int slots) {
    specs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SeriesKey key =
          SeriesKey.of(
              "cpu_usage_" + i % 10, Map.of("host", "host_" + i / 10, "region", "eu-west-1"));
      specs.add(new SeriesSpec(null, key, MetricType.GAUGE, Times.millis(step), slots));
    }
  }

  int count() {
    return specs.size();
  }

  /** A batch of consecutive samples for consecutive series. */
  List<SeriesSamples> batch(int firstSeries, int series, long firstTs, int samples) {
    List<SeriesSamples> batch = new ArrayList<>(series);
    for (int i = 0; i < series; i++) {
      long[] timestamps = new long[samples];
      double[] values = new double[samples];
      for (int j = 0; j < samples; j++) {
        timestamps[j] = Times.millis(firstTs + j);
        values[j] = random.nextInt(10_000) / 100.0;
      }
      batch.add(new SeriesSamples(specs.get(firstSeries + i), timestamps, values));
    }
    return batch;
  }
}
