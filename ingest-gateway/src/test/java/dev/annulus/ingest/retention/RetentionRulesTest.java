package dev.annulus.ingest.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.ingest.Source;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionRulesTest {
  @TempDir private Path directory;

  @Test
  void theFirstRuleThatFitsCounts() throws Exception {
    RetentionRules rules =
        read(
            """
            # comments and blank lines are fine

            [requests]
            source = influx
            pattern = _requests$
            type = counter
            [cpu]
            pattern = ^cpu_
            retention = 10s:1d
            [prometheus]
            source = prometheus
            retention = 15s:5760
            """);
    assertThat(rules.apply(Source.OTLP, gauge("cpu_user")))
        .isEqualTo(
            new SeriesSpec(null, SeriesKey.of("cpu_user"), MetricType.GAUGE, 10_000L, 8_640));
    assertThat(rules.apply(Source.PROMETHEUS, gauge("up")).slots()).isEqualTo(5_760);
    assertThat(rules.apply(Source.INFLUX, gauge("up"))).isEqualTo(gauge("up"));
    assertThat(rules.apply(Source.INFLUX, gauge("http_requests")).type())
        .isEqualTo(MetricType.COUNTER);
    assertThat(rules.apply(Source.JSON, gauge("http_requests")).type()).isEqualTo(MetricType.GAUGE);
  }

  @Test
  void whatASampleSaysItselfWins() throws Exception {
    RetentionRules rules = read("[all]\nretention = 1m:1w\ntype = counter\n");
    SeriesSpec own = new SeriesSpec(null, SeriesKey.of("m"), MetricType.GAUGE, 5_000L, null);
    assertThat(rules.apply(Source.JSON, own)).isEqualTo(own);
    SeriesSpec idOnly = new SeriesSpec(7L, null, MetricType.GAUGE, null, null);
    assertThat(rules.apply(Source.JSON, idOnly)).isEqualTo(idOnly);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retention = 1s:1d | line 1: a rule starts with its name",
        "[a | line 1: expected [NAME]",
        "[a];pattern | line 2: expected KEY = VALUE",
        "[a];pattern = x;[b];type = gauge | line 3: the rule [a] before this line has neither",
        "[a];colour = red | line 2: colour is unknown",
        "[a];pattern = ( | line 2: pattern is not a regular expression",
        "[a];source = statsd | line 2: source must be json, influx",
        "[a];type = histogram | line 2: type must be gauge or counter",
        "[a];retention = 1d | line 2: retention must be STEP:LENGTH",
        "[a];retention = 10s:1d,60s:1w | line 2: retention must be STEP:LENGTH",
        "[a];retention = 0s:1d | line 2: retention 0s:1d: step: must be between 1 and",
        "[a];retention = 1m:1s | line 2: retention 1m:1s: slots: must be between 1 and",
        "[a];retention = 1s:9y | slots: must be between 1 and 10000000",
        "[a];type = gauge;type = gauge | line 3: type is given twice in [a]",
        "[a];type = gauge;[a];type = gauge | there are two rules [a]",
      })
  void aFaultStopsTheStartAndNamesItsLine(String lines, String problem) {
    assertThatThrownBy(() -> read(lines.replace(';', '\n')))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("rules.conf");
  }

  @Test
  void protocolsOfOthersKeepADayUnlessARuleSaysOtherwise() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("rules.conf"),
            "[cpu]\npattern = ^cpu\nretention = 10s:1h\n[total]\npattern = total\ntype = counter\n");
    RetentionRules rules = from(Map.of("ingest.retention-rules", file.toString()));
    for (Source source : Source.values()) {
      assertThat(ring(rules.apply(source, gauge("cpu")))).isEqualTo("10.0:360");
      String day = source == Source.JSON ? "null:null" : "1.0:86400";
      assertThat(ring(rules.apply(source, gauge("up")))).isEqualTo(day);
      assertThat(ring(rules.apply(source, gauge("total"))))
          .as("a rule without ring")
          .isEqualTo(day);
      SeriesSpec own = new SeriesSpec(null, SeriesKey.of("m"), MetricType.GAUGE, null, 9);
      assertThat(ring(rules.apply(source, own))).isEqualTo("null:9");
      assertThat(RetentionRules.DEFAULT.defaultOf(source)).isEqualTo(rules.defaultOf(source));
    }
  }

  @Test
  void aStepMayBeFinerThanASecond() {
    RetentionRules rules = from(Map.of("ingest.default-retention.influx", "200ms:1h"));
    assertThat(ring(rules.apply(Source.INFLUX, gauge("up")))).isEqualTo("0.2:18000");
    assertThatThrownBy(() -> from(Map.of("ingest.default-retention.influx", "0ms:1h")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("step: must be between 1 and");
  }

  @Test
  void theRingOfASourceIsASetting() {
    RetentionRules rules =
        from(
            Map.of(
                "ingest.default-retention.prometheus",
                "15s:7d",
                "ingest.default-retention.graphite",
                "store"));
    assertThat(ring(rules.apply(Source.PROMETHEUS, gauge("up")))).isEqualTo("15.0:40320");
    assertThat(ring(rules.apply(Source.GRAPHITE, gauge("up")))).isEqualTo("null:null");
    assertThat(ring(rules.apply(Source.OTLP, gauge("up")))).isEqualTo("1.0:86400");
    assertThatThrownBy(() -> from(Map.of("ingest.default-retention.otlp", "1d")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ingest.default-retention.otlp must be STEP:LENGTH");
    assertThatThrownBy(() -> from(Map.of("ingest.default-retention.otlp", "1s:9y")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ingest.default-retention.otlp 1s:9y: slots: must be between 1");
  }

  private static RetentionRules from(Map<String, String> settings) {
    return RetentionRules.from(Settings.of(settings, Map.of(), null), SampleRules.DEFAULT);
  }

  private static String ring(SeriesSpec series) {
    Long millis = series.stepMillis();
    return (millis == null ? null : millis / 1_000.0) + ":" + series.slots();
  }

  @Test
  void aMissingFileStopsTheStart() {
    assertThatThrownBy(() -> RetentionRules.read(Path.of("/nowhere"), SampleRules.DEFAULT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/nowhere");
  }

  private RetentionRules read(String text) throws java.io.IOException {
    return RetentionRules.read(
        Files.writeString(directory.resolve("rules.conf"), text), SampleRules.DEFAULT);
  }

  private static SeriesSpec gauge(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.GAUGE);
  }
}
