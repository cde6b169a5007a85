package dev.annulus.promql.window;

/**
 * Least squares: count, both means, squared distances in time, and products of the distances. Times
 * are seconds after the series' first sample.
 */
final class SlidingRegression extends SlidingAggregate {
  private static final int COUNT = 0;
  private static final int MEAN_X = 1;
  private static final int MEAN_Y = 2;
  private static final int SQUARES_X = 3;
  private static final int PRODUCTS = 4;

  private long[] times = new long[0];
  private double[] values = new double[0];
  private long origin;

  SlidingRegression(Scratch scratch) {
    super(5, scratch);
  }

  void begin(Window series) {
    times = series.times;
    values = series.values;
    origin = series.size == 0 ? 0 : series.times[0];
    begin();
  }

  @Override
  void lift(int i, double[] out, int at) {
    double value = values[i];
    out[at + COUNT] = 1;
    out[at + MEAN_X] = (times[i] - origin) / 1000.0;
    out[at + MEAN_Y] = value;
    out[at + SQUARES_X] = 0;
    // Not a number for infinities, so that the line is none.
    out[at + PRODUCTS] = 0 * value;
  }

  @Override
  void merge(double[] earlier, int earlierAt, double[] later, int laterAt, double[] out, int at) {
    double n1 = earlier[earlierAt + COUNT];
    double n2 = later[laterAt + COUNT];
    double count = n1 + n2;
    double x = earlier[earlierAt + MEAN_X];
    double y = earlier[earlierAt + MEAN_Y];
    double deltaX = later[laterAt + MEAN_X] - x;
    double deltaY = later[laterAt + MEAN_Y] - y;
    double weight = n1 * n2 / count;
    out[at + SQUARES_X] =
        earlier[earlierAt + SQUARES_X] + later[laterAt + SQUARES_X] + deltaX * deltaX * weight;
    out[at + PRODUCTS] =
        earlier[earlierAt + PRODUCTS] + later[laterAt + PRODUCTS] + deltaX * deltaY * weight;
    out[at + MEAN_X] = x + deltaX * (n2 / count);
    out[at + MEAN_Y] = y + deltaY * (n2 / count);
    out[at + COUNT] = count;
  }

  static double slope(double[] aggregate) {
    return aggregate[PRODUCTS] / aggregate[SQUARES_X];
  }

  /** The line's value at {@code millis}. */
  double at(double[] aggregate, long millis) {
    double distance = (millis - origin) / 1000.0 - aggregate[MEAN_X];
    return aggregate[MEAN_Y] + slope(aggregate) * distance;
  }
}
