package dev.annulus.promql.window;

/** Count, mean and sum of squared distances from it (Chan, Golub and LeVeque, 1979). */
final class SlidingVariance extends SlidingAggregate {
  private static final int COUNT = 0;
  private static final int MEAN = 1;
  private static final int SQUARES = 2;

  private double[] values = new double[0];

  SlidingVariance(Scratch scratch) {
    super(3, scratch);
  }

  void begin(double[] samples) {
    this.values = samples;
    begin();
  }

  @Override
  void lift(int i, double[] out, int at) {
    double value = values[i];
    out[at + COUNT] = 1;
    out[at + MEAN] = value;
    // Not a number for infinities, as for more than one of them.
    out[at + SQUARES] = 0 * value;
  }

  @Override
  void merge(double[] earlier, int earlierAt, double[] later, int laterAt, double[] out, int at) {
    double n1 = earlier[earlierAt + COUNT];
    double n2 = later[laterAt + COUNT];
    double count = n1 + n2;
    double mean = earlier[earlierAt + MEAN];
    double delta = later[laterAt + MEAN] - mean;
    out[at + SQUARES] =
        earlier[earlierAt + SQUARES] + later[laterAt + SQUARES] + delta * delta * (n1 * n2 / count);
    out[at + MEAN] = mean + delta * (n2 / count);
    out[at + COUNT] = count;
  }

  static double variance(double[] aggregate) {
    return aggregate[SQUARES] / aggregate[COUNT];
  }
}
