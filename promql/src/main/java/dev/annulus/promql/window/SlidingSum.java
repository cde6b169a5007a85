package dev.annulus.promql.window;

/** Compensated sums: sum, compensation, and the sum of the magnitudes of what is finite. */
final class SlidingSum extends SlidingAggregate {
  private static final int SUM = 0;
  private static final int COMPENSATION = 1;
  private static final int MAGNITUDE = 2;
  private static final double SAFE = Double.MAX_VALUE / 4;

  private double[] values = new double[0];

  SlidingSum(Scratch scratch) {
    super(3, scratch);
  }

  void begin(double[] summands) {
    this.values = summands;
    begin();
  }

  @Override
  void lift(int i, double[] out, int at) {
    double value = values[i];
    out[at + SUM] = value;
    out[at + COMPENSATION] = 0;
    out[at + MAGNITUDE] = Double.isFinite(value) ? Math.abs(value) : 0;
  }

  @Override
  void merge(double[] earlier, int earlierAt, double[] later, int laterAt, double[] out, int at) {
    double sum = earlier[earlierAt + SUM];
    double added = later[laterAt + SUM];
    double total = sum + added;
    double before = earlier[earlierAt + COMPENSATION] + later[laterAt + COMPENSATION];
    out[at + MAGNITUDE] = earlier[earlierAt + MAGNITUDE] + later[laterAt + MAGNITUDE];
    out[at + COMPENSATION] = CompensatedSum.compensation(sum, before, added, total);
    out[at + SUM] = total;
  }

  /** Whether the order of additions could decide between a number and infinity. */
  static boolean mayOverflow(double[] aggregate) {
    return aggregate[MAGNITUDE] > SAFE;
  }

  static double sum(double[] aggregate) {
    double sum = aggregate[SUM];
    return Double.isInfinite(sum) ? sum : sum + aggregate[COMPENSATION];
  }

  static double mean(double[] aggregate, int count) {
    return aggregate[SUM] / count + aggregate[COMPENSATION] / count;
  }
}
