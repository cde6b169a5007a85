package dev.annulus.promql.eval;

import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.Staleness;

/**
 * A series of an evaluated instant vector: one value for each step at which it has one. Steps
 * before the first and after the last value take no memory. Immutable by convention.
 */
final class StepSeries {
  /** In {@link #values}: no value at this step. No operation makes a number of these bits. */
  static final double ABSENT = Staleness.MARKER;

  final Labels labels;

  /** With delayed name removal: whether the metric's name goes in the end. */
  final boolean dropName;

  /** The step of the first value. */
  final int from;

  final double[] values;

  private StepSeries(Labels labels, boolean dropName, int from, double[] values) {
    this.labels = labels;
    this.dropName = dropName;
    this.from = from;
    this.values = values;
  }

  static StepSeries of(Labels labels, boolean dropName, int from, double[] values) {
    return new StepSeries(labels, dropName, from, values);
  }

  /** The step after the last value. */
  int to() {
    return from + values.length;
  }

  double at(int step) {
    int i = step - from;
    return i >= 0 && i < values.length ? values[i] : ABSENT;
  }

  boolean has(int step) {
    return !isAbsent(at(step));
  }

  static boolean isAbsent(double value) {
    return Staleness.isStale(value);
  }

  int count() {
    int count = 0;
    for (double value : values) {
      if (!isAbsent(value)) {
        count++;
      }
    }
    return count;
  }

  StepSeries named(Labels changed, boolean drop) {
    return new StepSeries(changed, drop, from, values);
  }

  long bytes() {
    return 48 + labels.bytes() + 8L * values.length;
  }
}
