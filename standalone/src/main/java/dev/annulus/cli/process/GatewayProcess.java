package dev.annulus.cli.process;

import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.IngestRoutes;
import dev.annulus.ingest.KafkaSamplePublisher;
import dev.annulus.ingest.SampleDataRoutes;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ingest gateway. */
public record GatewayProcess(HttpConfig http, GatewayConfig gateway, Map<String, String> kafka) {
  /** Where it listens unless told otherwise. */
  public static final String PORT = "8001";

  public static GatewayProcess from(Settings settings) {
    return new GatewayProcess(
        HttpConfig.from(settings.defaultingTo("http.port", PORT)),
        GatewayConfig.from(settings),
        KafkaSettings.from(settings));
  }

  /** Starts it; Kafka may come later. */
  public RunningProcess start() {
    return RunningProcess.start(
        "gateway",
        parts -> {
          InstantSource clock = InstantSource.system();
          KafkaSamplePublisher publisher =
              parts.open(new KafkaSamplePublisher(gateway, kafka, parts.metrics()));
          parts.health().add("kafka", () -> Optional.ofNullable(publisher.problem()));
          return RunningProcess.serve(
              http,
              List.of(
                  new IngestRoutes(gateway, publisher, clock, parts.metrics()),
                  new SampleDataRoutes(publisher, clock)),
              parts);
        });
  }
}
