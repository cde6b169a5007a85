package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row of all steps in which one series after the other is put together. */
final class StepBuffer {
  private final double[] row;
  private int from;
  private int to;

  StepBuffer(int steps) {
    row = new double[steps];
    Arrays.fill(row, StepSeries.ABSENT);
    from = steps;
  }

  /** Once for each step. */
  void set(int step, double value) {
    row[step] = value;
    if (!StepSeries.isAbsent(value)) {
      from = Math.min(from, step);
      to = Math.max(to, step + 1);
    }
  }

  /** What has been set, and the buffer is clear again; null if that is nothing. */
  @Nullable StepSeries take(Labels labels, boolean dropName) {
    if (from >= to) {
      return null;
    }
    StepSeries series = StepSeries.of(labels, dropName, from, Arrays.copyOfRange(row, from, to));
    Arrays.fill(row, from, to, StepSeries.ABSENT);
    from = row.length;
    to = 0;
    return series;
  }

  /** The steps from {@code start} on as a series; null if there is no value in them. */
  static @Nullable StepSeries trimmed(Labels labels, boolean dropName, int start, double[] row) {
    int from = 0;
    while (from < row.length && StepSeries.isAbsent(row[from])) {
      from++;
    }
    if (from == row.length) {
      return null;
    }
    int to = row.length;
    while (StepSeries.isAbsent(row[to - 1])) {
      to--;
    }
    boolean whole = from == 0 && to == row.length;
    double[] values = whole ? row : Arrays.copyOfRange(row, from, to);
    return StepSeries.of(labels, dropName, start + from, values);
  }
}
