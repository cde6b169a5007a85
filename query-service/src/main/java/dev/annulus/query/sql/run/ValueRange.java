package dev.annulus.query.sql.run;

import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.store.RingSlice;

/**
 * Values a scan lets through.
 *
 * @param low inclusive
 * @param high inclusive
 */
record ValueRange(double low, double high) {
  /** Every value. */
  static final ValueRange ALL = new ValueRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** The values of this range that also stand in a relation to another number, which is not NaN. */
  ValueRange and(Operator operator, double other) {
    return switch (operator) {
      case AT_LEAST -> new ValueRange(Math.max(low, other), high);
      case ABOVE -> new ValueRange(Math.max(low, Math.nextUp(other)), high);
      case AT_MOST -> new ValueRange(low, Math.min(high, other));
      case BELOW -> new ValueRange(low, Math.min(high, Math.nextDown(other)));
      case IN -> new ValueRange(Math.max(low, other), Math.min(high, other));
    };
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
      if (value >= low && value <= high) {
        tsMillis[size] = samples.tsMillis()[i];
        values[size++] = value;
      }
    }
    return new RingSlice(tsMillis, values, size);
  }
}
