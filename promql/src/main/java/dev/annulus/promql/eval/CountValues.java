package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Floats;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code count_values}: a series for each group and value. */
final class CountValues {
  private final QueryContext context;
  private final String label;
  private final Aggregations.Grouping grouping;

  CountValues(QueryContext context, String label, Aggregations.Grouping grouping) {
    this.context = context;
    this.label = label;
    this.grouping = grouping;
  }

  /** Counts of one value, from the step at which it is first seen. */
  private static final class Counts {
    int from;
    double[] counts = new double[0];
  }

  List<StepSeries> evaluate(List<StepSeries> series, StepGrid grid) {
    Map<Labels, Map<Double, Labels>> known = new HashMap<>();
    Map<Labels, Counts> counted = new LinkedHashMap<>();
    for (StepSeries one : series) {
      Labels group = grouping.of(one.labels);
      Map<Double, Labels> ofGroup = known.computeIfAbsent(group, key -> new HashMap<>());
      for (int i = 0; i < one.values.length; i++) {
        double value = one.values[i];
        if (StepSeries.isAbsent(value)) {
          continue;
        }
        context.work(4);
        Labels labels = ofGroup.computeIfAbsent(value, v -> labels(group, v));
        Counts counts = counted.get(labels);
        if (counts == null) {
          context.checkSeries(counted.size() + 1);
          context.hold(160 + 2 * labels.bytes());
          counts = new Counts();
          counts.from = one.from + i;
          counted.put(labels, counts);
        }
        count(counts, one.from + i);
      }
    }
    return collect(counted);
  }

  private Labels labels(Labels group, double value) {
    return group.with(label, Floats.format(value));
  }

  private void count(Counts counts, int step) {
    int from = Math.min(counts.from, step);
    int to = Math.max(counts.from + counts.counts.length, step + 1);
    if (to - from > counts.counts.length) {
      // Grows by half of its size, on the side where it has to.
      int room = (to - from) / 2;
      int newFrom = from < counts.from ? Math.max(0, from - room) : from;
      int newTo = from < counts.from ? to : to + room;
      context.hold(8L * (newTo - newFrom));
      double[] grown = new double[newTo - newFrom];
      System.arraycopy(counts.counts, 0, grown, counts.from - newFrom, counts.counts.length);
      counts.counts = grown;
      counts.from = newFrom;
    }
    counts.counts[step - counts.from]++;
  }

  private List<StepSeries> collect(Map<Labels, Counts> counted) {
    QueryContext.SeriesList result = context.list();
    for (Map.Entry<Labels, Counts> entry : new ArrayList<>(counted.entrySet())) {
      double[] counts = entry.getValue().counts;
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 0) {
          counts[i] = StepSeries.ABSENT;
        }
      }
      result.add(StepBuffer.trimmed(entry.getKey(), false, entry.getValue().from, counts));
    }
    return result.series();
  }
}
