package dev.annulus.cli;

import dev.annulus.cli.process.RunningProcess;
import dev.annulus.service.BuildInfo;
import dev.annulus.service.config.Settings;
import dev.annulus.standalone.Standalone;
import dev.annulus.standalone.StandaloneConfig;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code annulus standalone}. */
@Command(
    name = "standalone",
    mixinStandardHelpOptions = true,
    description = {
      "Runs everything in this process: a Kafka broker, the Flink job, the store, the gateway, the"
          + " query service and the UI.",
      "Series are kept for an hour, second by second, if they come by JSON, and for a day by remote"
          + " write, OTLP, line protocol and Graphite: store.default-slots,"
          + " ingest.default-retention.SOURCE.",
      ""
    },
    header = {
      "Examples:",
      "  annulus standalone --demo",
      "  annulus standalone --port 9000 --kafka-port 9093 --data-dir /var/lib/annulus",
      "  annulus standalone --store fdb --cluster-file fdb.cluster",
      "  annulus standalone --set query.timeout=10s --set store.max-bytes=20GiB",
      ""
    },
    footer = {"", ServiceCommand.SETTINGS})
final class StandaloneCommand extends ServiceCommand {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the API and the UI (default: 8000).")
  private @Nullable String port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String bind;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Data directory (default: ~/.annulus).")
  private @Nullable String dataDir;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the Kafka broker, on loopback (default: 9092).")
  private @Nullable String kafkaPort;

  @Option(names = "--demo", description = "Also collect metrics of this host, every 5 s.")
  private boolean demo;

  @Mixin private ServiceCommands.StoreOptions store = new ServiceCommands.StoreOptions();

  @Override
  void addTo(Flags flags) {
    store.addTo(flags);
    flags
        .put("http.port", port)
        .put("http.bind", bind)
        .put("data-dir", dataDir)
        .put("kafka.port", kafkaPort)
        .put("demo", demo ? "true" : null);
  }

  @Override
  boolean hasDataDir() {
    return true;
  }

  @Override
  Supplier<RunningProcess> configure(Settings settings) {
    StandaloneConfig config = StandaloneConfig.from(settings);
    return () -> {
      Standalone standalone = Standalone.start(config);
      return new RunningProcess(
          "standalone",
          Banner.of(config, standalone, BuildInfo.load()),
          standalone.failure(),
          standalone);
    };
  }
}
