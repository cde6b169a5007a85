package dev.annulus.cli.process;

import dev.annulus.query.QueryConfig;
import dev.annulus.query.QueryService;
import dev.annulus.query.http.KafkaIngestLog;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.sink.SinkConfig;
import dev.annulus.sink.StoreLocation;
import dev.annulus.sink.StoreProvider;
import dev.annulus.standalone.Descriptors;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The query service.
 *
 * @param log names Kafka and the topics
 */
public record QueryProcess(
    Listeners http, QueryConfig query, SinkConfig log, StoreLocation store, Duration startTimeout) {
  /** Default port. */
  public static final String PORT = "8002";

  public static QueryProcess from(Settings settings) {
    Descriptors descriptors = Descriptors.ofProcess(settings);
    descriptors.connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 60);
    descriptors.require();
    return new QueryProcess(
        Listeners.from(settings, PORT),
        QueryConfig.from(settings),
        SinkConfig.from(settings),
        SinkProcess.store(settings, Duration.ofSeconds(10)),
        settings.duration("start-timeout", Duration.ofMinutes(2)));
  }

  /** Starts it once the store responds; Kafka may become available later. */
  public RunningProcess start() {
    return RunningProcess.start(
        "query",
        parts -> {
          StoreProvider.Handle opened = parts.open(OpenStore.within(startTimeout, store));
          parts.showStore(opened.stats());
          KafkaIngestLog ingestLog =
              parts.open(
                  new KafkaIngestLog(
                      log.bootstrapServers(), log.topic(), log.rejectedTopic(), log.kafka()));
          QueryService service =
              parts.open(
                  new QueryService(
                      query,
                      opened.store(),
                      ingestLog,
                      log.rules(),
                      InstantSource.system(),
                      parts.metrics()));
          service.warmUp();
          service.start();
          parts.checkStore(opened.store());
          return http.serve(service.routes(), parts);
        });
  }
}
