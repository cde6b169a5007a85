package dev.annulus.promql.window;

/** The mean of many numbers: by their sum, and step by step once the sum would overflow. */
final class Means {
  private Means() {}

  static double of(double[] values, int lo, int hi) {
    double sum = values[lo];
    double compensation = 0;
    for (int i = lo + 1; i < hi; i++) {
      double total = sum + values[i];
      if (Double.isInfinite(total)) {
        return incremental(values, i, hi, sum / (i - lo), compensation / (i - lo), i - lo);
      }
      compensation = CompensatedSum.compensation(sum, compensation, values[i], total);
      sum = total;
    }
    int count = hi - lo;
    return sum / count + compensation / count;
  }

  private static double incremental(
      double[] values, int from, int hi, double mean, double compensation, int counted) {
    double current = mean;
    double correction = compensation;
    int count = counted;
    for (int i = from; i < hi; i++) {
      count++;
      double weight = (count - 1.0) / count;
      double old = weight * current;
      double added = values[i] / count;
      double total = old + added;
      correction = CompensatedSum.compensation(old, weight * correction, added, total);
      current = total;
    }
    return current + correction;
  }
}
