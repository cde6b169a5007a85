package dev.annulus.promql.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexSizeTest {

  @Test
  void countsWhatIsWrittenOut() {
    assertThat(RegexSize.of("abc")).isEqualTo(3);
    assertThat(RegexSize.of("a{3}b")).isEqualTo(4);
    assertThat(RegexSize.of("(ab|c){2,5}d*")).isEqualTo(21);
    assertThat(RegexSize.of("[^]{3}]{7}")).isEqualTo(7);
    assertThat(RegexSize.of("[[:alpha:]]{2}\\p{Greek}{3}\\d{2}\\{5}")).isEqualTo(11);
    assertThat(RegexSize.of("a{,5}")).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){100}){100}",
        "(a{1,1000}){1,1000}",
        "(((((((a{9}){9}){9}){9}){9}){9}){9})",
        "(\\x{61}{1000}b{1000}){1000}",
        "(?:[^]]{1000}){1000}",
      })
  void whatWouldFillTheHeapIsRefusedAtOnce(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelMatcher.anchored(regex))
        .withMessageContaining("too large");
  }

  @Test
  void ordinaryOnesAreNot() {
    assertThat(LabelMatcher.anchored("([a-z]{1,63}\\.){0,10}example\\.com").pattern()).isNotEmpty();
  }
}
