package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.wire.EncodedSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncodedSeriesCacheTest {
  private final List<SeriesSpec> checked = new ArrayList<>();
  private final EncodedSeriesCache known =
      new EncodedSeriesCache(
          new RememberedBytes(3_000),
          said -> {
            checked.add(said);
            if (said.partitionKey().equals("bad")) {
              throw new InvalidSampleException("name", "is bad");
            }
            return said;
          });

  @Test
  void aSeriesIsWorkedOutOnce() {
    SeriesSpec series = SeriesSpec.of(SeriesKey.of("m", Map.of("a", "b")), MetricType.GAUGE);
    SeriesSpec same = SeriesSpec.of(SeriesKey.of("m", Map.of("a", "b")), MetricType.GAUGE);
    SeriesSpec counter = SeriesSpec.of(SeriesKey.of("m", Map.of("a", "b")), MetricType.COUNTER);
    EncodedSeriesCache.Known first = known.get(series);
    assertThat(known.get(same)).isSameAs(first);
    assertThat(known.get(counter).series())
        .isNotEqualTo(first.series())
        .isEqualTo(EncodedSeries.of(counter));
    assertThat(checked).containsExactly(series, counter);
  }

  @Test
  void whatIsRefusedIsRefusedEachTime() {
    for (int time = 1; time <= 2; time++) {
      assertThatThrownBy(() -> known.get(series("bad"))).isInstanceOf(InvalidSampleException.class);
    }
    assertThat(checked).hasSize(2);
  }

  @Test
  void beyondItsCapacityItForgets() {
    for (int time = 1; time <= 2; time++) {
      for (int i = 0; i < 10; i++) {
        SeriesSpec series = series("m" + i);
        assertThat(known.get(series).series()).isEqualTo(EncodedSeries.of(series));
      }
    }
    assertThat(checked).hasSizeGreaterThan(10);
  }

  private static SeriesSpec series(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.GAUGE);
  }
}
