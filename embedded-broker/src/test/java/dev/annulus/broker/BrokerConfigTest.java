package dev.annulus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerConfigTest {
  private final BrokerConfig config = BrokerConfig.in(Path.of("data"));
  private final LogLimits limits = LogLimits.laptop();

  @Test
  void advertisesTheAddressUnlessToldOtherwise() {
    assertThat(config.withAddress("10.0.0.7", 9092).advertisedHost()).isEqualTo("10.0.0.7");
    assertThat(config.withAddress("0.0.0.0", 9092).advertisedHost()).isEqualTo("localhost");
    assertThat(config.withAdvertisedHost("broker").advertisedHost()).isEqualTo("broker");
    assertThat(config.dataDir()).isAbsolute();
  }

  @Test
  void namesWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerConfig.in(Path.of("a,b")))
        .withMessageContaining("comma");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withAddress("localhost", 65_536))
        .withMessageContaining("65536");
    assertThatIllegalArgumentException().isThrownBy(() -> config.withAddress(" ", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withAdvertisedHost("0.0.0.0"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withSyncInterval(Duration.ofMillis(-1)));
  }

  @Test
  void everyLogIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> limits.withRetentionBytes(-1))
        .withMessageContaining("retentionBytes -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogLimits(1 << 20, Duration.ZERO, 1 << 20, Duration.ofDays(1), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new LogLimits(1 << 20, Duration.ofDays(1), 1 << 19, Duration.ofDays(1), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new LogLimits(1 << 20, Duration.ofDays(1), 1 << 20, Duration.ofDays(1), 1 << 21));
  }

  @Test
  void everyTopicIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopicSpec("samples", 1, Map.of("retention.bytes", "-1")))
        .withMessageContaining("retention.bytes");
    assertThatIllegalArgumentException().isThrownBy(() -> TopicSpec.of("samples", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a b", "a/b"})
  void aTopicHasAName(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> TopicSpec.of(name, 1));
  }
}
