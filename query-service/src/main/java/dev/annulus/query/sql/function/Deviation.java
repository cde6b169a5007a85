package dev.annulus.query.sql.function;

import org.jspecify.annotations.Nullable;

/**
 * How far values lie from their mean, by Welford's method: the mean moves along, so that no large
 * squares are subtracted from each other. All is counted from the first value, as differences of
 * values that lie near each other are exact. Not thread-safe.
 */
public abstract class Deviation extends SampleState {
  private long count;
  private double origin;
  private double mean;
  private double squares;

  @Override
  public final void add(double value, double ignored) {
    if (count++ == 0) {
      origin = value;
    }
    double shifted = value - origin;
    double distance = shifted - mean;
    mean += distance / count;
    squares += distance * (shifted - mean);
  }

  final @Nullable Double variance(int free) {
    return count > free ? squares / (count - free) : null;
  }

  private static @Nullable Double root(@Nullable Double variance) {
    return variance == null ? null : Math.sqrt(variance);
  }

  /** The variance of all values. */
  public static final class VarPop extends Deviation {
    @Override
    public @Nullable Double result() {
      return variance(0);
    }
  }

  /** The variance of a sample; null of one value. */
  public static final class VarSamp extends Deviation {
    @Override
    public @Nullable Double result() {
      return variance(1);
    }
  }

  /** The standard deviation of all values. */
  public static final class StddevPop extends Deviation {
    @Override
    public @Nullable Double result() {
      return root(variance(0));
    }
  }

  /** The standard deviation of a sample; null of one value. */
  public static final class StddevSamp extends Deviation {
    @Override
    public @Nullable Double result() {
      return root(variance(1));
    }
  }

  /** The mean. */
  public static final class Mean extends SampleState {
    private double sum;
    private long count;

    @Override
    public void add(double value, double ignored) {
      sum += value;
      count++;
    }

    @Override
    public Double result() {
      return sum / count;
    }
  }
}
