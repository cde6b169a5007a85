package dev.annulus.cli.process;

import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.sink.LocalRingSink;
import dev.annulus.sink.SinkConfig;
import dev.annulus.sink.StoreLocation;
import dev.annulus.standalone.Descriptors;
import dev.annulus.standalone.FlinkMeters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The Flink job on a cluster of its own in this process. */
public record SinkProcess(Listeners http, SinkConfig sink, StoreLocation store) {
  /** Default port of health and metrics. */
  public static final String PORT = "8003";

  public static SinkProcess from(Settings settings) {
    Descriptors descriptors = Descriptors.ofProcess(settings);
    descriptors.connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 60);
    descriptors.require();
    return new SinkProcess(
        Listeners.from(settings, PORT),
        SinkConfig.from(settings),
        store(settings, Duration.ofSeconds(30)));
  }

  static StoreLocation store(Settings settings, Duration timeout) {
    String clusterFile =
        System.getenv()
            .getOrDefault("FDB_CLUSTER_FILE", Path.of("fdb.cluster").toAbsolutePath().toString());
    return StoreLocation.from(settings, StoreLocation.Kind.REMOTE, clusterFile, timeout);
  }

  /** Starts it; the job restarts until Kafka and the store are available. */
  public RunningProcess start() {
    return RunningProcess.start(
        "sink",
        parts -> {
          LocalRingSink job =
              parts.open(LocalRingSink.start(sink, store, FlinkMeters.into(parts.metrics())));
          parts.needs("the sink", job.failure());
          parts.health().add("ring-sink", job::problem);
          return http.serve(List.of(), parts);
        });
  }
}
