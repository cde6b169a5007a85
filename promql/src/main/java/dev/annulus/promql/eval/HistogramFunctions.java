package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.PromqlFunction;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code histogram_quantile} and {@code histogram_fraction} of classic histograms. */
final class HistogramFunctions {
  private static final String UPPER_BOUND = "le";

  private final QueryContext context;
  private final Evaluator evaluator;
  private final Names names;

  HistogramFunctions(QueryContext context, Evaluator evaluator, Names names) {
    this.context = context;
    this.evaluator = evaluator;
    this.names = names;
  }

  private record Bucket(double upperBound, StepSeries series) {}

  List<StepSeries> evaluate(Call call, StepGrid grid) {
    boolean quantile = call.function() == PromqlFunction.HISTOGRAM_QUANTILE;
    Expr vector = call.args().get(quantile ? 1 : 2).unwrapped();
    double[] first = evaluator.scalar(call.args().get(0).unwrapped(), grid);
    double[] second = quantile ? first : evaluator.scalar(call.args().get(1).unwrapped(), grid);
    if (quantile) {
      annotateQuantiles(call, first);
    }
    Surrounding around = Surrounding.function(call.function().functionName());
    Map<Labels, List<Bucket>> histograms =
        histograms(evaluator.vector(vector, grid, around), vector);
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    ClassicHistogram histogram = new ClassicHistogram();
    histograms.forEach(
        (labels, buckets) -> {
          for (int step = 0; step < grid.steps(); step++) {
            fill(histogram, buckets, step);
            if (histogram.isEmpty()) {
              continue;
            }
            if (quantile) {
              ClassicHistogram.Quantile value = histogram.quantile(first[step]);
              if (value.fix() != null) {
                String metric = names.droppedLabels(labels).metricName();
                context.annotations.forcedMonotonicity(
                    metric, vector, grid.time(step), value.fix());
              }
              buffer.set(step, value.value());
            } else {
              buffer.set(step, histogram.fraction(first[step], second[step]));
            }
          }
          result.add(buffer.take(names.droppedLabels(labels), true));
        });
    return names.unique(result.series(), grid);
  }

  private void annotateQuantiles(Call call, double[] quantiles) {
    for (double quantile : quantiles) {
      if (!(quantile >= 0 && quantile <= 1)) {
        context.annotations.invalidQuantile(quantile, call.args().get(0).unwrapped());
      }
    }
  }

  private Map<Labels, List<Bucket>> histograms(List<StepSeries> series, Expr vector) {
    Map<Labels, List<Bucket>> histograms = new LinkedHashMap<>();
    for (StepSeries one : series) {
      context.work(8);
      String bound = one.labels.get(UPPER_BOUND);
      double upperBound = parse(bound);
      if (Double.isNaN(upperBound)) {
        String metric = names.droppedLabels(one.labels).metricName();
        context.annotations.badBucketLabel(bound, metric, vector);
        continue;
      }
      histograms
          .computeIfAbsent(one.labels.without(Set.of(UPPER_BOUND)), key -> new ArrayList<>())
          .add(new Bucket(upperBound, one));
    }
    // In order of their bounds, so that filling one for a step does not sort it again.
    histograms
        .values()
        .forEach(buckets -> buckets.sort(Comparator.comparingDouble(Bucket::upperBound)));
    return histograms;
  }

  private void fill(ClassicHistogram histogram, List<Bucket> buckets, int step) {
    histogram.clear();
    context.work(buckets.size());
    for (Bucket bucket : buckets) {
      double count = bucket.series.at(step);
      if (!StepSeries.isAbsent(count)) {
        histogram.add(bucket.upperBound, count);
      }
    }
  }

  private static double parse(String bound) {
    return switch (bound) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> number(bound);
    };
  }

  private static double number(String text) {
    // Java reads more than Go does: spaces around, and a letter for the type.
    boolean plain =
        !text.isEmpty() && text.chars().allMatch(c -> "0123456789.eE+-".indexOf(c) >= 0);
    if (!plain) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
