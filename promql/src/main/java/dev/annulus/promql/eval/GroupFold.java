package dev.annulus.promql.eval;

import dev.annulus.promql.parser.AggregateOperator;
import dev.annulus.promql.series.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Folds the series of one group into one, for all steps; allocates nothing per sample. */
abstract class GroupFold {
  /** What the group has so far; absent where it has had no value. */
  final double[] folded;

  private boolean dropName;

  GroupFold(QueryContext context, StepGrid grid) {
    folded = context.row(grid);
    Arrays.fill(folded, StepSeries.ABSENT);
  }

  static GroupFold of(AggregateOperator operator, QueryContext context, StepGrid grid) {
    return switch (operator) {
      case SUM -> new SumFold(context, grid);
      case AVG -> new MeanFold(context, grid);
      case STDDEV -> new VarianceFold(context, grid, true);
      case STDVAR -> new VarianceFold(context, grid, false);
      case MIN -> new ExtremeFold(context, grid, false);
      case MAX -> new ExtremeFold(context, grid, true);
      case COUNT -> new CountFold(context, grid, true);
      case GROUP -> new CountFold(context, grid, false);
      default -> throw new IllegalArgumentException(operator + " is not a fold");
    };
  }

  final void add(StepSeries series) {
    dropName |= series.dropName;
    double[] values = series.values;
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      if (StepSeries.isAbsent(value)) {
        continue;
      }
      int step = series.from + i;
      if (StepSeries.isAbsent(folded[step])) {
        first(step, value);
      } else {
        next(step, value);
      }
    }
  }

  abstract void first(int step, double value);

  abstract void next(int step, double value);

  /** The group's value at a step at which it has one. */
  abstract double result(int step);

  final @Nullable StepSeries finish(Labels labels) {
    for (int step = 0; step < folded.length; step++) {
      if (!StepSeries.isAbsent(folded[step])) {
        folded[step] = result(step);
      }
    }
    return StepBuffer.trimmed(labels, dropName, 0, folded);
  }

  /** {@code count} and {@code group}. */
  private static final class CountFold extends GroupFold {
    private final boolean count;

    CountFold(QueryContext context, StepGrid grid, boolean count) {
      super(context, grid);
      this.count = count;
    }

    @Override
    void first(int step, double value) {
      folded[step] = 1;
    }

    @Override
    void next(int step, double value) {
      if (count) {
        folded[step]++;
      }
    }

    @Override
    double result(int step) {
      return folded[step];
    }
  }

  /** {@code min} and {@code max}: NaN only if there is nothing else. */
  private static final class ExtremeFold extends GroupFold {
    private final boolean max;

    ExtremeFold(QueryContext context, StepGrid grid, boolean max) {
      super(context, grid);
      this.max = max;
    }

    @Override
    void first(int step, double value) {
      folded[step] = value;
    }

    @Override
    void next(int step, double value) {
      double known = folded[step];
      if (Double.isNaN(known) || (max ? value > known : value < known)) {
        folded[step] = value;
      }
    }

    @Override
    double result(int step) {
      return folded[step];
    }
  }
}
