package dev.annulus.promql.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.promql.parser.PromqlFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Sliding gives what reading each window alone gives. */
class SlidingWindowsTest {
  private static final List<PromqlFunction> FUNCTIONS =
      List.of(
          PromqlFunction.RATE,
          PromqlFunction.INCREASE,
          PromqlFunction.DELTA,
          PromqlFunction.IRATE,
          PromqlFunction.IDELTA,
          PromqlFunction.RESETS,
          PromqlFunction.CHANGES,
          PromqlFunction.DERIV,
          PromqlFunction.PREDICT_LINEAR,
          PromqlFunction.SUM_OVER_TIME,
          PromqlFunction.AVG_OVER_TIME,
          PromqlFunction.MIN_OVER_TIME,
          PromqlFunction.MAX_OVER_TIME,
          PromqlFunction.COUNT_OVER_TIME,
          PromqlFunction.PRESENT_OVER_TIME,
          PromqlFunction.FIRST_OVER_TIME,
          PromqlFunction.LAST_OVER_TIME,
          PromqlFunction.QUANTILE_OVER_TIME,
          PromqlFunction.STDDEV_OVER_TIME,
          PromqlFunction.STDVAR_OVER_TIME,
          PromqlFunction.DOUBLE_EXPONENTIAL_SMOOTHING);

  private static final Scratch UNCOUNTED = bytes -> {};

  @Property(tries = 300)
  void slidingEqualsNaive(@ForAll long seed) {
    Random random = new Random(seed);
    Window series = series(random);
    for (PromqlFunction function : FUNCTIONS) {
      WindowFunction sliding = WindowFunctions.create(function, true, false, UNCOUNTED);
      slide(function, sliding, series, random);
      // The same object serves the next series.
      slide(function, sliding, series(random), random);
    }
  }

  private static Window series(Random random) {
    Window series = new Window();
    series.size = 1 + random.nextInt(120);
    series.times = new long[series.size];
    series.values = new double[series.size];
    int kind = random.nextInt(5);
    long time = random.nextInt(1000);
    double value = random.nextInt(1000);
    for (int i = 0; i < series.size; i++) {
      time += 1 + random.nextInt(random.nextInt(20) == 0 ? 900_000 : 30_000);
      value = random.nextInt(15) == 0 ? random.nextInt(5) : value + random.nextDouble() * 10;
      series.times[i] = time;
      series.values[i] =
          switch (kind) {
            case 0 -> value;
            case 1 -> random.nextGaussian() * 100;
            case 2 -> random.nextInt(3);
            case 3 -> 42;
            default -> special(random, value);
          };
    }
    return series;
  }

  private static double special(Random random, double value) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> -0.0;
      default -> value;
    };
  }

  private static void slide(
      PromqlFunction function, WindowFunction sliding, Window series, Random random) {
    long range = 1L + random.nextInt(600_000);
    long step = 1L + random.nextInt(120_000);
    double first =
        function == PromqlFunction.DOUBLE_EXPONENTIAL_SMOOTHING
            ? 0.02 + random.nextDouble() * 0.96
            : random.nextDouble() * 1.2 - 0.1;
    sliding.begin(series);
    int lo = 0;
    int hi = 0;
    for (long end = step; end < series.times[series.size - 1] + range; end += step) {
      while (hi < series.size && series.times[hi] <= end) {
        hi++;
      }
      while (lo < hi && series.times[lo] <= end - range) {
        lo++;
      }
      if (lo < hi) {
        place(series, lo, hi, end, range, first);
        double value = sliding.apply(series);
        double alone = alone(function, series);
        assertThat(close(value, alone, scale(series)))
            .as("%s in %d..%d: %s instead of %s", function, lo, hi, value, alone)
            .isTrue();
      }
    }
  }

  private static void place(Window window, int lo, int hi, long end, long range, double first) {
    window.lo = lo;
    window.hi = hi;
    window.start = end - range;
    window.end = end;
    window.evaluation = end + 77;
    window.first = first;
    window.second = Math.abs(Math.sin(7 * first)) * 0.98 + 0.01;
  }

  /** The window as the only one of a series of its samples alone. */
  private static double alone(PromqlFunction function, Window window) {
    Window only = new Window();
    only.size = window.count();
    only.times = Arrays.copyOfRange(window.times, window.lo, window.hi);
    only.values = Arrays.copyOfRange(window.values, window.lo, window.hi);
    place(only, 0, only.size, window.end, window.end - window.start, window.first);
    WindowFunction naive = WindowFunctions.create(function, false, false, UNCOUNTED);
    naive.begin(only);
    return naive.apply(only);
  }

  private static double scale(Window window) {
    double scale = 0;
    for (int i = window.lo; i < window.hi; i++) {
      if (Double.isFinite(window.values[i])) {
        scale = Math.max(scale, Math.abs(window.values[i]));
      }
    }
    return scale;
  }

  private static boolean close(double a, double b, double scale) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b)
          || (Double.isNaN(a) && Double.isNaN(b) && !none(a) && !none(b));
    }
    return a == b || Math.abs(a - b) <= 1e-10 * (Math.max(Math.abs(a), Math.abs(b)) + scale);
  }

  private static boolean none(double value) {
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(WindowFunction.NONE);
  }
}
