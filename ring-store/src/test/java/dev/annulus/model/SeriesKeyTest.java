package dev.annulus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesKeyTest {

  @Test
  void tagsAreSorted() {
    SeriesKey key = new SeriesKey("m", List.of(new Tag("b", "2"), new Tag("a", "1")));
    assertThat(key).isEqualTo(SeriesKey.of("m", Map.of("a", "1", "b", "2")));
    assertThat(key.canonical()).isEqualTo("m{a=\"1\",b=\"2\"}");
  }

  @Test
  void aKeyWithoutTagsIsItsName() {
    assertThat(SeriesKey.of("cpu_percent").canonical()).isEqualTo("cpu_percent");
  }

  @Test
  void valuesAreEscaped() {
    assertThat(SeriesKey.of("m", Map.of("k", "a\"b\\c\nd")).canonical())
        .isEqualTo("m{k=\"a\\\"b\\\\c\\nd\"}");
  }

  @Test
  void aTagKeyOccursOnce() {
    List<Tag> twice = List.of(new Tag("a", "1"), new Tag("a", "2"));
    assertThatThrownBy(() -> new SeriesKey("m", twice)).hasMessageContaining("once");
  }

  @Test
  void anEmptyTagIsNoTagOfASample() {
    SeriesKey key = SeriesKey.of("m", Map.of("a", "", "b", "x", "c", ""));
    assertThat(SeriesSpec.of(key, MetricType.GAUGE).key())
        .isEqualTo(SeriesKey.of("m", Map.of("b", "x")));
    assertThat(new SeriesSpec(7L, null, MetricType.GAUGE, null, null).key()).isNull();
  }
}
