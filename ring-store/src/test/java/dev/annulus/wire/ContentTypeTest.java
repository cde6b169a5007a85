package dev.annulus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.model.SampleRules;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeTest {
  private static final String SAMPLE = "{\"name\":\"m\",\"ts\":1,\"value\":2}";

  /** As in every other body: some editors and shells write a mark. */
  @ParameterizedTest
  @ValueSource(strings = {SAMPLE, " \r\n\t" + SAMPLE, "\uFEFF" + SAMPLE, "\uFEFF [" + SAMPLE + "]"})
  void jsonNeedsNoHeader(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (String header :
        new String[] {null, "application/json", "Application/JSON; charset=utf-8"}) {
      assertThat(ContentType.of(header, bytes)).isEqualTo(ContentType.JSON);
      assertThat(new RecordDecoder(SampleRules.DEFAULT).decode(header, bytes).usable()).hasSize(1);
    }
  }

  @Test
  void whatIsNeitherIsRefused() {
    for (String value : new String[] {"", "\uFEFF", "x" + SAMPLE, "\uFEFF\uFEFF" + SAMPLE}) {
      assertThatThrownBy(() -> ContentType.of(null, value.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(MalformedRecordException.class);
    }
    assertThatThrownBy(() -> ContentType.of("text/plain", SAMPLE.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("text/plain");
  }
}
