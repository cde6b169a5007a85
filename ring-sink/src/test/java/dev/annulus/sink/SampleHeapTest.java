package dev.annulus.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleHeapTest {
  @Test
  void longTagsCountAsWhatTheyAre() {
    assertThat(heap(Map.of(), 1)).isLessThan(400);
    assertThat(heap(Map.of("k", "x".repeat(2_000)), 1)).isBetween(2_000L, 5_000L);
    assertThat(heap(Map.of(), 10_000)).isBetween(160_000L, 170_000L);
  }

  private static long heap(Map<String, String> tags, int samples) {
    SeriesSpec series = SeriesSpec.of(SeriesKey.of("m", tags), MetricType.GAUGE);
    return SampleHeap.of(new SeriesSamples(series, new long[samples], new double[samples]));
  }
}
