package dev.annulus.promql.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private final Labels labels = Labels.of("__name__", "m", "b", "2", "a", "1", "e", "");

  @Test
  void areSortedAndHaveNoEmptyValues() {
    assertThat(labels).hasToString("{__name__=\"m\", a=\"1\", b=\"2\"}");
    assertThat(labels.get("e")).isEmpty();
    assertThat(labels).isEqualTo(Labels.of("a", "1", "__name__", "m", "b", "2"));
    assertThat(labels.metricName()).isEqualTo("m");
  }

  @Test
  void change() {
    assertThat(labels.with("aa", "x")).hasToString("{__name__=\"m\", a=\"1\", aa=\"x\", b=\"2\"}");
    assertThat(labels.with("a", "")).hasToString("{__name__=\"m\", b=\"2\"}");
    assertThat(labels.with("b", "3").with("z.z", "\"\n"))
        .hasToString("{__name__=\"m\", a=\"1\", b=\"3\", \"z.z\"=\"\\\"\\n\"}");
    assertThat(labels.keep(Set.of("a", "q"))).hasToString("{a=\"1\"}");
    assertThat(labels.without(Set.of("a"))).hasToString("{__name__=\"m\", b=\"2\"}");
    assertThat(labels.withoutNameAnd(Set.of("a"))).hasToString("{b=\"2\"}");
    assertThat(labels.with("__type__", "gauge").withoutMetadata())
        .hasToString("{a=\"1\", b=\"2\"}");
  }

  @Test
  void areOrderedByCodePoints() {
    Labels private1 = Labels.of("a", "\uffee");
    Labels supplementary = Labels.of("a", "\ud83d\ude00");

    assertThat(
            List.of(supplementary, private1, Labels.EMPTY, Labels.of("a", "b")).stream().sorted())
        .containsExactly(Labels.EMPTY, Labels.of("a", "b"), private1, supplementary);
  }

  @Test
  void matchersMatchWholeValuesWithNewlines() {
    assertThat(matcher(LabelMatcher.Type.REGEX, "a.c").matches("a\nc")).isTrue();
    assertThat(matcher(LabelMatcher.Type.REGEX, "a|bc").matches("abc")).isFalse();
    assertThat(matcher(LabelMatcher.Type.NOT_REGEX, ".+").matches(labels)).isTrue();
    assertThat(matcher(LabelMatcher.Type.EQUAL, "").matches(labels)).isTrue();
    assertThat(matcher(LabelMatcher.Type.NOT_EQUAL, "").matches(labels)).isFalse();
    assertThat(matcher(LabelMatcher.Type.REGEX, "x.*")).hasToString("x=~\"x.*\"");
    assertThatIllegalArgumentException().isThrownBy(() -> matcher(LabelMatcher.Type.REGEX, "a)(b"));
  }

  private static LabelMatcher matcher(LabelMatcher.Type type, String value) {
    return new LabelMatcher(type, "x", value);
  }
}
