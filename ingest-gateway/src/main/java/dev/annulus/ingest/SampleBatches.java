package dev.annulus.ingest;

import dev.annulus.model.Sample;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings samples into columns and cuts columns in two. */
final class SampleBatches {
  private SampleBatches() {}

  /** Gathers samples by series, keeping the order within each. */
  static List<SeriesSamples> bySeries(List<Sample> samples) {
    if (samples.size() == 1) {
      return List.of(SeriesSamples.of(samples.get(0)));
    }
    Map<SeriesSpec, List<Sample>> bySeries = new LinkedHashMap<>();
    for (Sample sample : samples) {
      bySeries.computeIfAbsent(sample.series(), series -> new ArrayList<>(1)).add(sample);
    }
    List<SeriesSamples> columns = new ArrayList<>(bySeries.size());
    bySeries.forEach((series, list) -> columns.add(columns(series, list)));
    return columns;
  }

  private static SeriesSamples columns(SeriesSpec series, List<Sample> samples) {
    long[] timestamps = new long[samples.size()];
    double[] values = new double[samples.size()];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = samples.get(i).ts();
      values[i] = samples.get(i).value();
    }
    return new SeriesSamples(series, timestamps, values);
  }

  /** Two parts of about the same size; a lone series is cut in its middle. */
  static List<List<SeriesSamples>> halves(List<SeriesSamples> batch) {
    if (batch.size() > 1) {
      int middle = batch.size() / 2;
      return List.of(batch.subList(0, middle), batch.subList(middle, batch.size()));
    }
    SeriesSamples one = batch.get(0);
    int middle = one.size() / 2;
    return List.of(List.of(part(one, 0, middle)), List.of(part(one, middle, one.size())));
  }

  private static SeriesSamples part(SeriesSamples samples, int from, int to) {
    return new SeriesSamples(
        samples.series(),
        Arrays.copyOfRange(samples.timestamps(), from, to),
        Arrays.copyOfRange(samples.values(), from, to));
  }
}
