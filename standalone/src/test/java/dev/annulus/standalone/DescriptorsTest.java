package dev.annulus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorsTest {
  @ParameterizedTest
  @ValueSource(longs = {600, 1_024, 1_500, 4_096, 20_000, 1_048_576})
  void defaultsFitWhateverTheLimit(long limit) {
    Descriptors descriptors = new Descriptors(settings(Map.of()), limit).files("files", 100);
    int http = descriptors.connections("http.max-connections", 2_048, 60);
    int kafka = descriptors.connections("kafka.max-connections", 1_000, 25);
    descriptors.require();
    assertThat(320 + 100 + http + kafka).isLessThanOrEqualTo((int) limit);
    assertThat(http).isBetween(32, 2_048);
    assertThat(kafka).isBetween(32, 1_000);
  }

  @Test
  void withDescriptorsEnoughTheyAreWhatTheyAlwaysWere() {
    Descriptors descriptors = new Descriptors(settings(Map.of()), 20_000);
    assertThat(descriptors.connections("http.max-connections", 2_048, 60)).isEqualTo(2_048);
  }

  @Test
  void whatIsSetCountsAndIsRefusedIfItDoesNotFit() {
    Settings settings = settings(Map.of("http.max-connections", "900"));
    Descriptors descriptors = new Descriptors(settings, 1_024);
    assertThat(descriptors.connections("http.max-connections", 2_048, 60)).isEqualTo(900);
    assertThatThrownBy(descriptors::require)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http.max-connections 900")
        .hasMessageContaining("1024")
        .hasMessageContaining("ulimit -n");
  }

  @Test
  void aLimitThatIsTooSmallForTheFilesIsRefused() {
    Descriptors descriptors = new Descriptors(settings(Map.of()), 300).files("log files", 100);
    descriptors.connections("http.max-connections", 2_048, 60);
    assertThatThrownBy(descriptors::require).hasMessageContaining("log files 100");
  }

  @Test
  void everyListenerCounts() {
    Descriptors descriptors = new Descriptors(settings(Map.of()), 420);
    assertThat(descriptors.connections("graphite.max-connections", 64, 50, 2)).isEqualTo(50);
    descriptors.require();
    descriptors.files("one more", 1);
    assertThatThrownBy(descriptors::require).isInstanceOf(ConfigException.class);
  }

  private static Settings settings(Map<String, String> flags) {
    return Settings.of(flags, Map.of(), null);
  }
}
