package dev.annulus.promql.parser;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FloatsTest {

  @Test
  void writesAsPrometheus() {
    assertThat(Floats.format(0.1)).isEqualTo("0.1");
    assertThat(Floats.format(-0.0)).isEqualTo("-0");
    assertThat(Floats.format(1e21)).isEqualTo("1000000000000000000000");
    assertThat(Floats.format(1e-7)).isEqualTo("0.0000001");
    assertThat(Floats.format(2e-3)).isEqualTo("0.002");
    assertThat(Floats.format(2.0E-3 * 1e-20)).isEqualTo("0.00000000000000000000002");
    assertThat(Floats.format(Double.MIN_VALUE)).isEqualTo("0." + "0".repeat(323) + "5");
    assertThat(Floats.format(45 * Double.MIN_VALUE)).endsWith("022");
    assertThat(Floats.format(8.41e21)).isEqualTo("8410000000000000000000");
    assertThat(Floats.format(-123456.789)).isEqualTo("-123456.789");
    assertThat(Floats.format(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(Floats.format(Double.NaN)).isEqualTo("NaN");
    assertThat(Floats.format(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    assertThat(Floats.format(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
  }

  @Property
  void readsBackTheSame(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);

    String text = Floats.format(value);

    if (Double.isFinite(value)) {
      assertThat(Double.parseDouble(text)).isEqualTo(value);
      assertThat(text).doesNotContainIgnoringCase("e");
    }
  }
}
