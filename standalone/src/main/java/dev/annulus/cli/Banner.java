package dev.annulus.cli;

import dev.annulus.service.BuildInfo;
import dev.annulus.standalone.Standalone;
import dev.annulus.standalone.StandaloneConfig;

/** What is printed once everything is ready: where to go, and one command to try. */
final class Banner {
  private Banner() {}

  static String of(StandaloneConfig config, Standalone standalone, BuildInfo build) {
    String host = config.http().host();
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
    String api =
        "http://%s:%d%s"
            .formatted(
                everywhere ? "127.0.0.1" : host, standalone.httpPort(), config.http().basePath());
    return """

        Annulus %s is ready.

          UI           %s/ui
          API          %s
          Health       %s/readyz
          Own metrics  %s/-/metrics
          Kafka        %s  (topic %s)
          Data         %s

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
            api);
  }
}
