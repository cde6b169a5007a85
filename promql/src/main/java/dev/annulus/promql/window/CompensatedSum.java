package dev.annulus.promql.window;

/** Kahan's summation with Neumaier's improvement; infinite sums have no compensation. */
public final class CompensatedSum {
  private double sum;
  private double compensation;

  public void reset(double first) {
    sum = first;
    compensation = 0;
  }

  public void add(double value) {
    double total = sum + value;
    compensation = compensation(sum, compensation, value, total);
    sum = total;
  }

  /** {@code compensation} of {@code sum} after {@code value} made it {@code total}. */
  public static double compensation(double sum, double compensation, double value, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return compensation
        + (Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum);
  }

  double sum() {
    return sum;
  }

  public double value() {
    return Double.isInfinite(sum) ? sum : sum + compensation;
  }
}
