package dev.annulus.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFormatTest {
  private static final String PROMETHEUS =
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
          + "application/openmetrics-text;version=0.0.1;q=0.5,"
          + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
          + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

  @ParameterizedTest
  @ValueSource(
      strings = {
        PROMETHEUS,
        "text/plain;version=0.0.4;q=1,*/*;q=0.1",
        "text/plain",
        "TEXT/Plain ; Q=0.4",
        "*/*, text/plain;q=0.1",
        "application/json;q=0.5, text/plain;q=0.5",
        "text/plain;q=0.5, application/json;q=0.5",
        "application/json, text/plain, */*",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
      })
  void whoNamesATextFormatGetsText(String accept) {
    assertThat(MetricsFormat.wantsText(accept)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "",
        "application/json",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "text/*",
        "text/plain;q=0",
        "text/plain;q=0.0, */*",
        "text/plain;q=0.5, application/json;q=0.9",
        "text/plain;q=2",
        "text/plain;q=x",
        "text/plainer",
      })
  void everyoneElseGetsJson(String accept) {
    assertThat(MetricsFormat.wantsText(accept)).isFalse();
  }

  @Test
  void withoutAHeaderThereIsJson() {
    assertThat(MetricsFormat.wantsText(null)).isFalse();
  }

  @Test
  void prometheusPrefersOpenMetrics() {
    assertThat(MetricsFormat.prefersOpenMetrics(PROMETHEUS)).isTrue();
    assertThat(MetricsFormat.prefersOpenMetrics("text/plain;version=0.0.4;q=1,*/*;q=0.1"))
        .isFalse();
    assertThat(MetricsFormat.prefersOpenMetrics(null)).isFalse();
  }
}
