package dev.annulus.query.http.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapedNamesTest {
  @ParameterizedTest
  @CsvSource({
    "job, job",
    "http.method, http.method",
    "U__http_2e_method, http.method",
    "U__a__b, a_b",
    "U___263a_, ☺",
    "U__a_zz_b, U__a_zz_b",
    "U__a_, U__a_",
    "U__a_d800_b, U__a_d800_b",
    "U__a_1234567_b, U__a_1234567_b",
  })
  void namesInPathsMayBeEscaped(String text, String name) {
    assertThat(EscapedNames.unescape(text)).isEqualTo(name);
  }
}
