package dev.annulus.query.sql.run;

import dev.annulus.query.sql.function.DoubleOrder;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.store.RingSlice;

/**
 * Values a scan lets through, in the order of {@link DoubleOrder}: NaN is the largest.
 *
 * @param low inclusive
 * @param high inclusive
 */
record ValueRange(double low, double high) {
  /** Every value. */
  static final ValueRange ALL = new ValueRange(Double.NEGATIVE_INFINITY, Double.NaN);

  private static final ValueRange NONE = new ValueRange(Double.NaN, Double.NEGATIVE_INFINITY);

  /** The values of this range that also stand in a relation to another number. */
  ValueRange and(Operator operator, double other) {
    return switch (operator) {
      case AT_LEAST -> from(other);
      case ABOVE -> Double.isNaN(other) ? NONE : from(next(other));
      case AT_MOST -> to(other);
      case BELOW -> other == Double.NEGATIVE_INFINITY ? NONE : to(previous(other));
      case IN -> from(other).to(other);
    };
  }

  private ValueRange from(double other) {
    return DoubleOrder.above(other, low) ? new ValueRange(other, high) : this;
  }

  private ValueRange to(double other) {
    return DoubleOrder.below(other, high) ? new ValueRange(low, other) : this;
  }

  private static double next(double number) {
    return number == Double.POSITIVE_INFINITY ? Double.NaN : Math.nextUp(number);
  }

  private static double previous(double number) {
    return Double.isNaN(number) ? Double.POSITIVE_INFINITY : Math.nextDown(number);
  }

  private boolean contains(double value) {
    return DoubleOrder.atLeast(value, low) && DoubleOrder.atMost(value, high);
  }

  /** The samples whose values are in this range. */
  RingSlice filter(RingSlice samples) {
    if (equals(ALL)) {
      return samples;
    }
    long[] tsMillis = new long[samples.size()];
    double[] values = new double[samples.size()];
    int size = 0;
    for (int i = 0; i < samples.size(); i++) {
      double value = samples.values()[i];
      if (contains(value)) {
        tsMillis[size] = samples.tsMillis()[i];
        values[size++] = value;
      }
    }
    return new RingSlice(tsMillis, values, size);
  }
}
