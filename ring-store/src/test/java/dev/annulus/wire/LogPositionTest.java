package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPositionTest {

  @Test
  void aTokenReadsBack() {
    LogPosition position = new LogPosition(new TreeMap<>(Map.of(3, 88L, 0, 1201L)));
    assertThat(position.token()).isEqualTo("0-1201_3-88");
    assertThat(LogPosition.parse("0-1201_3-88")).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "1", "1-", "-1", "1-2_", "1--2", "1-2,3-4", "1-99999999999999999999"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> LogPosition.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
