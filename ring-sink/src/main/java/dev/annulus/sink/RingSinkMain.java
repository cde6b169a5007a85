package dev.annulus.sink;

import dev.annulus.service.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Entry point for {@code flink run}. Settings come from {@code --key value} arguments or the
 * environment, such as {@code --kafka.bootstrap-servers kafka:9092 --store.cluster-file
 * /etc/foundationdb/fdb.cluster}.
 */
public final class RingSinkMain {
  private RingSinkMain() {}

  /** Submits the job. */
  public static void main(String[] args) throws Exception {
    Settings settings = Settings.of(flags(args), System.getenv(), null);
    SinkConfig config = SinkConfig.from(settings);
    StoreProvider store =
        StoreLocation.from(settings, StoreLocation.Kind.FDB, clusterFile(), Duration.ofSeconds(30));
    settings.requireKnown();
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    // Settings passed when creating the environment would override the cluster's.
    Configuration missing = RingSinkJob.flinkDefaults(config);
    Set<String> given = Configuration.fromMap(environment.getConfiguration().toMap()).keySet();
    given.forEach(missing::removeKey);
    environment.configure(missing);
    RingSinkJob.build(environment, config, store);
    environment.execute(RingSinkJob.NAME);
  }

  private static String clusterFile() {
    return System.getenv().getOrDefault("FDB_CLUSTER_FILE", "fdb.cluster");
  }

  private static Map<String, String> flags(String[] args) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length) {
        throw new IllegalArgumentException("expected --key value, got " + args[i]);
      }
      flags.put(args[i].substring(2), args[i + 1]);
    }
    return flags;
  }
}
