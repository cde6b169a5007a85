package dev.annulus.cli;

import dev.annulus.ingest.Source;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.RingGeometry;
import dev.annulus.service.BuildInfo;
import dev.annulus.standalone.Standalone;
import dev.annulus.standalone.StandaloneConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Printed once everything is ready: the addresses, and a command to try. */
final class Banner {
  private Banner() {}

  static String of(StandaloneConfig config, Standalone standalone, BuildInfo build) {
    String host = config.http().host();
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
    String api =
        "%s://%s:%d%s"
            .formatted(
                config.http().tls() == null ? "http" : "https",
                everywhere ? "127.0.0.1" : host,
                standalone.httpPort(),
                config.http().basePath());
    return """

        Annulus %s is ready.

          UI           %s/ui
          API          %s
          Health       %s/readyz
          Own metrics  %s/-/metrics
          Kafka        %s  (topic %s)
          Data         %s
          Kept         %s

        Try:

          curl -s %s/ingest/gauge -H 'Content-Type: application/json' \\
            -d '{"name":"cpu_percent","ts":'$(date +%%s)',"value":37.5,"tags":{"host":"demo"}}'

        Stop with Ctrl-C.

        """
        .formatted(
            build.version(),
            api,
            api,
            api,
            api,
            standalone.bootstrapServers(),
            config.sink().topic(),
            standalone.dataDir(),
            kept(config.store().defaultGeometry(), config.protocols().retention()),
            api);
  }

  /** Default retention, such as {@code 1 h by JSON, 1 d by others}. */
  static String kept(RingGeometry usual, RetentionRules retention) {
    Map<String, List<String>> sourcesByLength = new LinkedHashMap<>();
    for (Source source : Source.values()) {
      RingGeometry own = retention.defaultOf(source);
      String length = Spans.words((own == null ? usual : own).lapSeconds());
      sourcesByLength.computeIfAbsent(length, any -> new ArrayList<>()).add(words(source));
    }
    return sourcesByLength.entrySet().stream()
        .map(kept -> kept.getKey() + " by " + String.join(", ", kept.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String words(Source source) {
    return switch (source) {
      case JSON -> "JSON and Kafka";
      case INFLUX -> "line protocol";
      case PROMETHEUS -> "remote write";
      case OTLP -> "OTLP";
      case GRAPHITE -> "Graphite";
      case COLLECTD -> "collectd";
    };
  }
}
