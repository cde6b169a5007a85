package dev.annulus.promql.window;

/**
 * What a window's samples add to Holt's level and trend. A sample v turns the state x = (level,
 * trend) into A·x + c·v, with A and c given by the two factors; so a part of a window adds the sum
 * of A^k·c·v, where k is how many samples follow, and of two neighbouring parts the earlier one is
 * multiplied by A^n, where n is the size of the later one. A's powers vanish: both its eigenvalues
 * are within the unit circle.
 */
final class SlidingSmoothing extends SlidingAggregate {
  private static final int COUNT = 0;
  private static final int LEVEL = 1;
  private static final int TREND = 2;

  private final Scratch scratch;
  private double[] values = new double[0];
  private double smoothing;
  private double trend;

  /** A's powers from 0 on, four numbers each, row by row. */
  private double[] powers = new double[0];

  private int known;

  SlidingSmoothing(Scratch scratch) {
    super(3, scratch);
    this.scratch = scratch;
  }

  void begin(double[] samples) {
    values = samples;
    begin();
  }

  /** Whether the factors are those of the window before; if not, what is kept is of no use. */
  boolean hasFactors(double smoothingFactor, double trendFactor) {
    return smoothing == smoothingFactor && trend == trendFactor;
  }

  void setFactors(double smoothingFactor, double trendFactor) {
    smoothing = smoothingFactor;
    trend = trendFactor;
    known = 0;
    begin();
  }

  @Override
  void lift(int i, double[] out, int at) {
    out[at + COUNT] = 1;
    out[at + LEVEL] = smoothing * values[i];
    out[at + TREND] = trend * smoothing * values[i];
  }

  @Override
  void merge(double[] earlier, int earlierAt, double[] later, int laterAt, double[] out, int at) {
    int later1 = (int) later[laterAt + COUNT];
    int power = power(later1);
    double level = earlier[earlierAt + LEVEL];
    double slope = earlier[earlierAt + TREND];
    out[at + COUNT] = earlier[earlierAt + COUNT] + later1;
    double laterLevel = later[laterAt + LEVEL];
    double laterTrend = later[laterAt + TREND];
    out[at + LEVEL] = powers[power] * level + powers[power + 1] * slope + laterLevel;
    out[at + TREND] = powers[power + 2] * level + powers[power + 3] * slope + laterTrend;
  }

  /** Where A to the {@code n} is in {@link #powers}. */
  private int power(int n) {
    if (n >= known) {
      grow(n);
    }
    return 4 * n;
  }

  private void grow(int n) {
    double[] larger = scratch.doubles(powers, 4 * (n + 1));
    if (larger != powers) {
      System.arraycopy(powers, 0, larger, 0, 4 * known);
      powers = larger;
    }
    if (known == 0) {
      powers[0] = 1;
      powers[1] = 0;
      powers[2] = 0;
      powers[3] = 1;
      known = 1;
    }
    double stays = 1 - smoothing;
    for (; known <= n; known++) {
      int from = 4 * (known - 1);
      int to = 4 * known;
      for (int column = 0; column < 2; column++) {
        double level = powers[from + column];
        double slope = powers[from + 2 + column];
        double newLevel = stays * (level + slope);
        powers[to + column] = newLevel;
        powers[to + 2 + column] = trend * (newLevel - level) + (1 - trend) * slope;
      }
    }
  }

  /** The level at the end of a window of at least two samples. */
  double level(int lo, int hi) {
    double[] added = over(lo + 1, hi);
    int power = power(hi - lo - 1);
    double start = values[lo];
    double slope = values[lo + 1] - start;
    return powers[power] * start + powers[power + 1] * slope + added[LEVEL];
  }
}
