package dev.annulus.cli.process;

import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.KafkaSamplePublisher;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.ingest.ProtocolRoutes;
import dev.annulus.ingest.SampleDataRoutes;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.Routes;
import dev.annulus.standalone.Descriptors;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ingest gateway. */
public record GatewayProcess(
    Listeners http, GatewayConfig gateway, ProtocolConfig protocols, Map<String, String> kafka) {
  /** Default port. */
  public static final String PORT = "8001";

  public static GatewayProcess from(Settings settings) {
    Descriptors descriptors = Descriptors.ofProcess(settings);
    descriptors.graphite().connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 60);
    descriptors.require();
    GatewayConfig gateway = GatewayConfig.from(settings);
    return new GatewayProcess(
        Listeners.from(settings, PORT),
        gateway,
        ProtocolConfig.from(settings, gateway.rules()),
        settings.prefixed("kafka.client."));
  }

  /** Starts it; Kafka may become available later. */
  public RunningProcess start() {
    return RunningProcess.start(
        "gateway",
        parts -> {
          InstantSource clock = InstantSource.system();
          KafkaSamplePublisher publisher =
              parts.open(new KafkaSamplePublisher(gateway, kafka, parts.metrics()));
          parts.health().add("kafka", () -> Optional.ofNullable(publisher.problem()));
          ProtocolRoutes.graphite(gateway, protocols, publisher, clock, parts.metrics())
              .forEach(parts::open);
          List<Routes> routes =
              new ArrayList<>(
                  ProtocolRoutes.all(gateway, protocols, publisher, clock, parts.metrics()));
          routes.add(new SampleDataRoutes(publisher, clock));
          return http.serve(routes, parts);
        });
  }
}
