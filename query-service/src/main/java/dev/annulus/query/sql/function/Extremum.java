package dev.annulus.query.sql.function;

/**
 * The smallest or largest double in the order that sorting has: NaN is the largest. Not
 * thread-safe.
 */
public abstract class Extremum extends SampleState {
  private double extremum;
  private boolean isAny;

  @Override
  public final void add(double value, double ignored) {
    if (!isAny || precedes(value, extremum)) {
      extremum = value;
      isAny = true;
    }
  }

  @Override
  public final Double result() {
    return extremum;
  }

  abstract boolean precedes(double value, double known);

  /** The smallest value; NaN only if there is nothing else. */
  public static final class Smallest extends Extremum {
    @Override
    boolean precedes(double value, double known) {
      return isSmaller(value, known);
    }
  }

  /** The largest value; NaN if there is one. */
  public static final class Largest extends Extremum {
    @Override
    boolean precedes(double value, double known) {
      return isSmaller(known, value);
    }
  }

  /** Whether a value sorts before another; zeros are equal, NaN is the largest. */
  public static boolean isSmaller(double value, double other) {
    return value < other || (Double.isNaN(other) && !Double.isNaN(value));
  }
}
