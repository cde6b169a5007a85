package dev.annulus.promql.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.promql.parser.PromqlFunction;
import org.junit.jupiter.api.Test;

/** Where the order of additions decides, it is Prometheus' order. */
class OverflowTest {

  @Test
  void sumsKeepSmallNumbersBesideLargeOnes() {
    assertThat(over(PromqlFunction.SUM_OVER_TIME, true, 1, 1e100, 1, -1e100)).isEqualTo(2);
    assertThat(over(PromqlFunction.SUM_OVER_TIME, false, 1, 1e100, 1, -1e100)).isEqualTo(2);
  }

  @Test
  void aSumThatOverflowsStaysInfinite() {
    assertThat(over(PromqlFunction.SUM_OVER_TIME, true, 1e308, 1e308, -1e308))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aMeanDoesNotOverflow() {
    assertThat(over(PromqlFunction.AVG_OVER_TIME, true, 1.5e308, 1.5e308, 1.5e308))
        .isEqualTo(1.5e308);
    assertThat(over(PromqlFunction.AVG_OVER_TIME, false, 1.5e308, -1.5e308)).isZero();
  }

  private static double over(PromqlFunction name, boolean overlapping, double... values) {
    Window window = new Window();
    window.values = values;
    window.times = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      window.times[i] = i;
    }
    window.size = values.length;
    window.hi = values.length;
    WindowFunction function = WindowFunctions.create(name, overlapping, false, bytes -> {});
    function.begin(window);
    return function.apply(window);
  }
}
