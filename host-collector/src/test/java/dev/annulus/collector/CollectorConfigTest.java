package dev.annulus.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorConfigTest {
  private static final URI ENDPOINT = URI.create("http://127.0.0.1:8000");

  @Test
  void defaultsToADayOfFiveSeconds() {
    CollectorConfig config = CollectorConfig.of(ENDPOINT, "demo");

    assertThat(config.interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat((long) config.step() * config.slots()).isEqualTo(Duration.ofDays(1).toSeconds());
    assertThat(config.diskPath()).isEqualTo(Path.of("/"));
    assertThat(config.token()).isNull();
  }

  @Test
  void hidesTheToken() {
    CollectorConfig config = CollectorConfig.of(ENDPOINT, "demo").withToken("s3cret");

    assertThat(config.token()).isEqualTo("s3cret");
    assertThat(config.toString()).contains("token=***").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3 cret", "s3cret\n", "s3crét", ""})
  void refusesATokenThatIsNoHeaderWithoutRepeatingIt(String token) {
    CollectorConfig config = CollectorConfig.of(ENDPOINT, "demo");

    assertThatThrownBy(() -> config.withToken(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token must be printable ASCII without spaces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host",
        "host:8000",
        "/ingest",
        "http:///x",
        "http://h:65536",
        "http://u:p@h/",
        "http://h/?a",
        "http://h/#a"
      })
  void refusesAnEndpointItCannotPostTo(String endpoint) {
    assertThatThrownBy(() -> CollectorConfig.of(URI.create(endpoint), "demo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint")
        .hasMessageNotContaining("u:p");
  }

  @Test
  void namesKeyValueAndRule() {
    assertThatThrownBy(() -> with(Duration.ofMillis(500), "demo", 5, 1, 1))
        .hasMessage("interval is 'PT0.5S', must be at least 1 s");
    assertThatThrownBy(() -> with(Duration.ofSeconds(5), " ", 5, 1, 1))
        .hasMessage("host is ' ', must be not blank");
    assertThatThrownBy(() -> with(Duration.ofSeconds(5), "demo", 0, 1, 1))
        .hasMessage("step is '0', must be positive");
    assertThatThrownBy(() -> with(Duration.ofSeconds(5), "demo", 5, -1, 1))
        .hasMessage("slots is '-1', must be positive");
    assertThatThrownBy(() -> with(Duration.ofSeconds(5), "demo", 5, 1, 0))
        .hasMessage("maxBacklogTicks is '0', must be positive");
  }

  private static CollectorConfig with(
      Duration interval, String host, int step, int slots, int maxBacklogTicks) {
    Duration second = Duration.ofSeconds(1);
    return new CollectorConfig(
        ENDPOINT, interval, host, Path.of("/"), step, slots, null, second, maxBacklogTicks, second);
  }
}
