package dev.annulus.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir private Path directory;

  @Test
  void aFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault() throws Exception {
    Path file = file("a.x=file\nb.x=file\nc.x=file\n");
    Settings settings =
        Settings.of(
            Map.of("a.x", "flag"), Map.of("ANNULUS_A_X", "env", "ANNULUS_B_X", "env"), file);
    assertThat(settings.text("a.x", "default")).isEqualTo("flag");
    assertThat(settings.text("b.x", "default")).isEqualTo("env");
    assertThat(settings.text("c.x", "default")).isEqualTo("file");
    assertThat(settings.text("d.x", "default")).isEqualTo("default");
    assertThat(settings.resolved())
        .extracting(Settings.Resolved::origin)
        .containsExactly("flag", "environment ANNULUS_B_X", "file " + file, "default");
    settings.requireKnown();
  }

  @ParameterizedTest
  @CsvSource({
    "512,512",
    "64KiB,65536",
    "64K,65536",
    "3MiB,3145728",
    "1GiB,1073741824",
    "2 T,2199023255552"
  })
  void sizesHaveUnits(String text, long bytes) {
    assertThat(settings("x", text).bytes("x", 1)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "7d,PT168H", "PT3S,PT3S"})
  void durationsHaveUnits(String text, Duration duration) {
    assertThat(settings("x", text).duration("x", Duration.ZERO)).isEqualTo(duration);
  }

  @Test
  void aBadValueNamesKeyValueRuleAndOrigin() {
    assertThatThrownBy(() -> settings("http.port", "80000").number("http.port", 1, 0, 65_535))
        .isInstanceOf(ConfigException.class)
        .hasMessage("http.port must be a whole number from 0 to 65535, got \"80000\" (from flag)");
    assertThatThrownBy(() -> settings("t", "soon").duration("t", Duration.ZERO))
        .hasMessageContaining("t must be a duration such as 30s or 5m, got \"soon\"");
    assertThatThrownBy(() -> settings("f", "maybe").flag("f", true))
        .hasMessageContaining("f must be true or false");
  }

  @Test
  void anUnknownKeyIsRefusedAndTheNearestNamed() {
    Settings settings = settings("query.timeuot", "5s");
    settings.duration("query.timeout", Duration.ZERO);
    assertThatThrownBy(settings::requireKnown)
        .hasMessage("unknown setting query.timeuot; did you mean query.timeout?");
    Settings environment =
        Settings.of(Map.of(), Map.of("ANNULUS_QUERY_TIMEOT", "5s", "PATH", "x"), null);
    environment.duration("query.timeout", Duration.ZERO);
    assertThatThrownBy(environment::requireKnown).hasMessageContaining("ANNULUS_QUERY_TIMEOT");
  }

  @Test
  void settingsOfALibraryPassThroughFromEverySourceAndAreNotShown() throws Exception {
    Path jaas = Files.writeString(directory.resolve("jaas"), "password=s3cret;\n");
    Settings settings =
        Settings.of(
            Map.of("kafka.client.security.protocol", "SASL_SSL"),
            Map.of(
                "ANNULUS_KAFKA_CLIENT_SECURITY_PROTOCOL",
                "SSL",
                "ANNULUS_KAFKA_CLIENT_SASL_JAAS_CONFIG_FILE",
                jaas.toString(),
                "ANNULUS_KAFKA_CLIENT_SASL_MECHANISM",
                "SCRAM-SHA-512"),
            file("kafka.client.ssl.truststore.location=/ca.pem\nkafka.topic=t\n"));
    assertThat(settings.prefixed("kafka.client."))
        .isEqualTo(
            Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.jaas.config", "password=s3cret;",
                "sasl.mechanism", "SCRAM-SHA-512",
                "ssl.truststore.location", "/ca.pem"));
    assertThat(settings.resolved().toString()).doesNotContain("s3cret");
    assertThatThrownBy(settings::requireKnown).hasMessageContaining("kafka.topic");
  }

  @Test
  void variablesOfTheStartScriptAreNoSettings() {
    Settings settings =
        Settings.of(
            Map.of(),
            Map.of(
                "ANNULUS_LOG_LEVEL", "warn",
                "ANNULUS_LOG_FORMAT", "json",
                "ANNULUS_JAVA_OPTS", "-Xmx1g"),
            null);
    settings.requireKnown();
  }

  @Test
  void aProcessCanHaveADefaultOfItsOwn() {
    Settings settings = Settings.of(Map.of("a.x", "1"), Map.of(), null);
    settings.defaultingTo("a.x", "2").defaultingTo("a.y", "3");
    assertThat(settings.number("a.x", 0, 0, 9)).isEqualTo(1);
    assertThat(settings.number("a.y", 0, 0, 9)).isEqualTo(3);
    assertThat(settings.resolved().get(1).origin()).isEqualTo("default");
  }

  @Test
  void aSecretIsReadFromAFileAndNotShown() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "s3cret\n");
    Settings settings = Settings.of(Map.of(), Map.of("ANNULUS_TOKEN_FILE", file.toString()), null);
    assertThat(settings.secretOrNull("token")).isEqualTo("s3cret");
    assertThat(settings.resolved().toString()).doesNotContain("s3cret").contains("***");
    settings.requireKnown();
  }

  private static Settings settings(String key, String value) {
    return Settings.of(Map.of(key, value), Map.of(), null);
  }

  private Path file(String content) throws Exception {
    return Files.writeString(directory.resolve("annulus.properties"), content);
  }
}
