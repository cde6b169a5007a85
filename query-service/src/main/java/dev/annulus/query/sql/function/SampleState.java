package dev.annulus.query.sql.function;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What an aggregate over rows of a value and another number remembers. Not thread-safe. */
public abstract class SampleState {

  /** Takes a row; neither argument is ever null. */
  public abstract void add(double value, double other);

  /** What the rows amount to; there is at least one. */
  public abstract @Nullable Double result();

  /** The value of the earliest row; of several, the largest. */
  public static final class First extends SampleState {
    private double value;
    private double ts = Double.POSITIVE_INFINITY;

    @Override
    public void add(double newValue, double newTs) {
      if (newTs < ts || (newTs == ts && Double.compare(newValue, value) > 0)) {
        value = newValue;
        ts = newTs;
      }
    }

    @Override
    public Double result() {
      return value;
    }
  }

  /** The value of the latest row; of several, the largest. */
  public static final class Last extends SampleState {
    private double value;
    private double ts = Double.NEGATIVE_INFINITY;

    @Override
    public void add(double newValue, double newTs) {
      if (newTs > ts || (newTs == ts && Double.compare(newValue, value) > 0)) {
        value = newValue;
        ts = newTs;
      }
    }

    @Override
    public Double result() {
      return value;
    }
  }

  /** The value of the row added last. */
  public static final class LastAdded extends SampleState {
    private double value;

    @Override
    public void add(double newValue, double ignored) {
      value = newValue;
    }

    @Override
    public Double result() {
      return value;
    }
  }

  /** Keeps all rows. */
  abstract static class Collected extends SampleState {
    double[] values = new double[16];
    double[] others = new double[16];
    int size;

    @Override
    public void add(double value, double other) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
        others = Arrays.copyOf(others, 2 * size);
      }
      values[size] = value;
      others[size++] = other;
    }

    int[] order() {
      boolean sorted = true;
      for (int i = 1; i < size; i++) {
        sorted &= others[i] >= others[i - 1];
      }
      return sorted
          ? IntStream.range(0, size).toArray()
          : IntStream.range(0, size)
              .boxed()
              .sorted((a, b) -> Double.compare(others[a], others[b]))
              .mapToInt(i -> i)
              .toArray();
    }
  }

  /** What a counter has gained, with resets taken out. */
  public static class Increase extends Collected {
    @Override
    public @Nullable Double result() {
      return size < 2 ? null : gain(order());
    }

    double gain(int[] order) {
      double gain = 0;
      double before = values[order[0]];
      for (int i = 1; i < size; i++) {
        double value = values[order[i]];
        gain += value < before ? value : value - before;
        before = value;
      }
      return gain;
    }
  }

  /** What a counter has gained for each second between its first and last row. */
  public static final class Rate extends Increase {
    @Override
    public @Nullable Double result() {
      int[] order = order();
      double seconds = others[order[size - 1]] - others[order[0]];
      return seconds > 0 ? gain(order) / seconds : null;
    }
  }

  /** A percentile of all values, between two of them in proportion. */
  public static class Percentile extends Collected {
    @Override
    public Double result() {
      return at(fraction(), sorted());
    }

    private double fraction() {
      double p = others[0];
      if (!(p >= 0 && p <= 1)) {
        throw new InvalidFractionException();
      }
      return p;
    }

    private double[] sorted() {
      double[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return sorted;
    }

    double at(double p, double[] sorted) {
      double place = p * (size - 1);
      int below = (int) place;
      double low = sorted[below];
      double high = sorted[Math.min(size - 1, below + 1)];
      double part = place - below;
      if (part == 0 || low == high) {
        return low;
      }
      double distance = high - low;
      // Infinite between infinities, and between finite values that are very far apart.
      return Double.isInfinite(distance) ? low * (1 - part) + high * part : low + distance * part;
    }
  }

  /** A percentile that is one of the values. */
  public static final class PercentileDisc extends Percentile {
    @Override
    double at(double p, double[] sorted) {
      return sorted[Math.max(0, (int) Math.ceil(p * size) - 1)];
    }
  }

  /** The fraction of a percentile is not in 0 to 1. */
  public static final class InvalidFractionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidFractionException() {
      super("the fraction of a percentile must be in 0 to 1");
    }
  }
}
