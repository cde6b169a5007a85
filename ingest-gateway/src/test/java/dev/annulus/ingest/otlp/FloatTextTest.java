package dev.annulus.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "-0.0, -0, -0",
    "1, 1, 1",
    "0.005, 0.005, 0.005",
    "0.0001, 0.0001, 0.0001",
    "0.00001, 1e-05, 0.00001",
    "0.0000001, 1e-07, 1e-7",
    "250000, 250000, 250000",
    "1000000, 1e+06, 1000000",
    "2500000, 2.5e+06, 2500000",
    "-123456789.5, -1.234567895e+08, -123456789.5",
    "1e20, 1e+20, 100000000000000000000",
    "1e21, 1e+21, 1e+21",
    "1e300, 1e+300, 1e+300",
    "2e-3, 0.002, 0.002",
    "NaN, NaN, NaN",
    "Infinity, +Inf, Infinity",
    "-Infinity, -Inf, -Infinity",
  })
  void numbersReadAsInOtherLanguages(double value, String prometheus, String json) {
    assertThat(FloatText.prometheus(value)).isEqualTo(prometheus);
    assertThat(FloatText.json(value)).isEqualTo(json);
  }

  @Property
  void whatIsWrittenIsTheSameNumber(@ForAll double value) {
    assertThat(Double.parseDouble(FloatText.prometheus(value))).isEqualTo(value);
    assertThat(Double.parseDouble(FloatText.json(value))).isEqualTo(value);
  }
}
