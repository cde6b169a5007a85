package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.BinaryOperator;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Removes metrics' names, at once or in the end, and merges series that become the same. */
final class Names {
  private final QueryContext context;
  private final boolean delayed;

  Names(QueryContext context) {
    this.context = context;
    this.delayed = context.options.delayedNameRemoval();
  }

  /** {@code series} as the result of something that is another metric. */
  StepSeries dropped(StepSeries series) {
    return series.named(droppedLabels(series.labels), true);
  }

  /** Whether the result of {@code operator} is another metric than its operands. */
  boolean changesMetric(BinaryOperator operator) {
    boolean kept =
        operator == BinaryOperator.ATAN2 && context.options.version() == PrometheusVersion.V2;
    return !operator.isComparison() && !kept;
  }

  /** Whether a function may make a label of this name. */
  boolean isLabelName(String name) {
    if (context.options.version() == PrometheusVersion.V2) {
      return LabelMatcher.isIdentifier(name);
    }
    // Bytes that are no UTF-8 are lone surrogates.
    return !name.isEmpty()
        && name.codePoints().noneMatch(point -> point >= 0xd800 && point < 0xe000);
  }

  Labels droppedLabels(Labels labels) {
    return delayed ? labels : labels.withoutMetadata();
  }

  /** Range functions refuse equal label sets, even such that are never there together. */
  void checkUnique(List<StepSeries> series) {
    if (delayed || series.size() < 2) {
      return;
    }
    Set<Labels> seen = new HashSet<>();
    for (StepSeries one : series) {
      if (!seen.add(one.labels)) {
        throw sameLabelset();
      }
    }
  }

  /**
   * The result of a function: if its names were dropped, equal ones become one series. Delayed,
   * names are still there, and an instant vector is only checked in the end.
   */
  List<StepSeries> unique(List<StepSeries> series, StepGrid grid) {
    return delayed && grid.steps() == 1 ? series : merged(series);
  }

  /** Equal label sets become one series; at no step may two of them have a value. */
  List<StepSeries> merged(List<StepSeries> series) {
    Map<Labels, List<StepSeries>> groups = new LinkedHashMap<>();
    for (StepSeries one : series) {
      groups.computeIfAbsent(one.labels, labels -> new ArrayList<>(1)).add(one);
    }
    if (groups.size() == series.size()) {
      return series;
    }
    List<StepSeries> merged = new ArrayList<>(groups.size());
    for (List<StepSeries> group : groups.values()) {
      merged.add(group.size() == 1 ? group.get(0) : merge(group));
    }
    return merged;
  }

  private StepSeries merge(List<StepSeries> group) {
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (StepSeries one : group) {
      from = Math.min(from, one.from);
      to = Math.max(to, one.to());
    }
    context.hold(8L * (to - from));
    double[] values = new double[to - from];
    Arrays.fill(values, StepSeries.ABSENT);
    for (StepSeries one : group) {
      context.work(one.values.length);
      for (int i = 0; i < one.values.length; i++) {
        int at = one.from + i - from;
        if (StepSeries.isAbsent(values[at])) {
          values[at] = one.values[i];
        } else if (!StepSeries.isAbsent(one.values[i])) {
          throw sameLabelset();
        }
      }
    }
    return StepSeries.of(group.get(0).labels, group.get(0).dropName, from, values);
  }

  /** The end of the evaluation: delayed removals are made. */
  List<StepSeries> finish(List<StepSeries> series) {
    if (!delayed) {
      return series;
    }
    List<StepSeries> named = new ArrayList<>(series.size());
    for (StepSeries one : series) {
      named.add(one.dropName ? one.named(one.labels.withoutMetadata(), false) : one);
    }
    return merged(named);
  }

  static PromqlException sameLabelset() {
    return PromqlException.execution("vector cannot contain metrics with the same labelset");
  }
}
