package dev.annulus.cli;

import dev.annulus.cli.process.BrokerProcess;
import dev.annulus.cli.process.CollectorProcess;
import dev.annulus.cli.process.GatewayProcess;
import dev.annulus.cli.process.QueryProcess;
import dev.annulus.cli.process.RunningProcess;
import dev.annulus.cli.process.SinkProcess;
import dev.annulus.cli.process.StoreProcess;
import dev.annulus.service.config.Settings;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One command per service. */
final class ServiceCommands {
  private ServiceCommands() {}

  /** Options of the HTTP listener. */
  static final class HttpOptions {
    @Option(
        names = {"--port", "--http-port"},
        paramLabel = "PORT",
        description = "Port of the API, health and metrics.")
    private @Nullable String port;

    @Option(
        names = {"--bind", "--http-bind"},
        paramLabel = "ADDRESS",
        description = "Address to listen on (default: 127.0.0.1).")
    private @Nullable String bind;

    void addTo(ServiceCommand.Flags flags) {
      flags.put("http.port", port).put("http.bind", bind);
    }
  }

  /** Options of the Kafka connection. */
  static final class KafkaOptions {
    @Option(
        names = "--kafka-bootstrap",
        paramLabel = "HOST:PORT,…",
        description = "Kafka's brokers (default: 127.0.0.1:9092).")
    private @Nullable String bootstrap;

    void addTo(ServiceCommand.Flags flags) {
      flags.put("kafka.bootstrap-servers", bootstrap);
    }
  }

  /** Options that select the store. */
  static final class StoreOptions {
    @Option(
        names = "--store",
        paramLabel = "embedded|remote|fdb",
        description =
            "A store of its own (standalone only, and its default), a store server, or a"
                + " FoundationDB cluster (default elsewhere: remote).")
    private @Nullable String store;

    @Option(
        names = "--store-address",
        paramLabel = "HOST:PORT",
        description = "Address of `annulus store` (default: 127.0.0.1:8710).")
    private @Nullable String address;

    @Option(
        names = "--cluster-file",
        paramLabel = "FILE",
        description = "FoundationDB's cluster file (default: $FDB_CLUSTER_FILE or fdb.cluster).")
    private @Nullable String clusterFile;

    void addTo(ServiceCommand.Flags flags) {
      flags
          .put("store", store)
          .put("store.address", address)
          .put("store.cluster-file", clusterFile);
    }
  }

  /** Option of the data directory. */
  static final class DataOptions {
    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "Data directory (default: ~/.annulus).")
    private @Nullable String dataDir;

    void addTo(ServiceCommand.Flags flags) {
      flags.put("data-dir", dataDir);
    }
  }

  @Command(
      name = "gateway",
      mixinStandardHelpOptions = true,
      description = {
        "Accepts samples over HTTP and publishes them to Kafka.",
        "Series sent by remote write, OTLP, line protocol or Graphite are kept for a day, second"
            + " by second, unless ingest.default-retention.SOURCE or a retention rule says"
            + " otherwise.%n"
      },
      header = {
        "Examples:",
        "  annulus gateway --kafka-bootstrap 127.0.0.1:9092",
        "  annulus gateway --bind 0.0.0.0 --kafka-bootstrap kafka-1:9092,kafka-2:9092",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Gateway extends ServiceCommand {
    @Mixin private HttpOptions http = new HttpOptions();
    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Override
    void addTo(Flags flags) {
      http.addTo(flags);
      kafka.addTo(flags);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return GatewayProcess.from(settings)::start;
    }
  }

  @Command(
      name = "query",
      mixinStandardHelpOptions = true,
      description = "Runs SQL queries and serves the metadata API, dashboards and the UI.%n",
      header = {
        "Examples:",
        "  annulus query --store-address 127.0.0.1:8710 --kafka-bootstrap 127.0.0.1:9092",
        "  annulus query --store fdb --cluster-file fdb.cluster --set query.timeout=10s",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Query extends ServiceCommand {
    @Mixin private HttpOptions http = new HttpOptions();
    @Mixin private KafkaOptions kafka = new KafkaOptions();
    @Mixin private StoreOptions store = new StoreOptions();

    @Override
    void addTo(Flags flags) {
      http.addTo(flags);
      kafka.addTo(flags);
      store.addTo(flags);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return QueryProcess.from(settings)::start;
    }
  }

  @Command(
      name = "sink",
      mixinStandardHelpOptions = true,
      description =
          "Writes samples from Kafka to the store: the Flink job in a process of its own.%n",
      header = {
        "Examples:",
        "  annulus sink --store-address 127.0.0.1:8710 --kafka-bootstrap 127.0.0.1:9092",
        "  annulus sink --store fdb --cluster-file fdb.cluster --parallelism 4",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Sink extends ServiceCommand {
    @Mixin private HttpOptions http = new HttpOptions();
    @Mixin private KafkaOptions kafka = new KafkaOptions();
    @Mixin private StoreOptions store = new StoreOptions();

    @Option(
        names = "--parallelism",
        paramLabel = "N",
        description = "Number of tasks, at most one per partition (default: 1).")
    private @Nullable String parallelism;

    @Override
    void addTo(Flags flags) {
      http.addTo(flags);
      kafka.addTo(flags);
      store.addTo(flags);
      flags.put("sink.parallelism", parallelism);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return SinkProcess.from(settings)::start;
    }
  }

  @Command(
      name = "store",
      mixinStandardHelpOptions = true,
      description = {
        "Serves the embedded store to other processes, as an alternative to a FoundationDB cluster.",
        "It has no authentication and no encryption: it listens on loopback only, unless"
            + " --allow-remote is given.%n"
      },
      header = {
        "Examples:",
        "  annulus store --data-dir /var/lib/annulus",
        "  annulus store --store-bind 0.0.0.0 --allow-remote   in a network you trust",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Store extends ServiceCommand {
    @Mixin private HttpOptions http = new HttpOptions();
    @Mixin private DataOptions data = new DataOptions();

    @Option(
        names = "--store-port",
        paramLabel = "PORT",
        description = "Port of the store's own protocol (default: 8710).")
    private @Nullable String port;

    @Option(
        names = "--store-bind",
        paramLabel = "ADDRESS",
        description = "Address of the store's own protocol (default: 127.0.0.1).")
    private @Nullable String bind;

    @Option(
        names = "--allow-remote",
        description = "Allow addresses that other machines can reach.")
    private boolean allowRemote;

    @Override
    void addTo(Flags flags) {
      http.addTo(flags);
      data.addTo(flags);
      flags
          .put("store.port", port)
          .put("store.bind", bind)
          .put("store.allow-remote", allowRemote ? "true" : null);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return StoreProcess.from(settings)::start;
    }

    @Override
    boolean hasDataDir() {
      return true;
    }
  }

  @Command(
      name = "broker",
      mixinStandardHelpOptions = true,
      description = {
        "Runs a single Kafka broker, with the topics of Annulus. It has no password: it listens on"
            + " loopback only, unless --allow-remote is given.%n"
      },
      header = {
        "Examples:",
        "  annulus broker --data-dir /var/lib/annulus --partitions 4",
        "  annulus broker --kafka-bind 0.0.0.0 --allow-remote --advertised-host kafka",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Broker extends ServiceCommand {
    @Mixin private HttpOptions http = new HttpOptions();
    @Mixin private DataOptions data = new DataOptions();

    @Option(
        names = "--kafka-port",
        paramLabel = "PORT",
        description = "Port of the broker (default: 9092).")
    private @Nullable String port;

    @Option(
        names = "--kafka-bind",
        paramLabel = "ADDRESS",
        description = "Address of the broker (default: 127.0.0.1).")
    private @Nullable String bind;

    @Option(
        names = "--advertised-host",
        paramLabel = "NAME",
        description = "Address that clients connect to, for port mappings.")
    private @Nullable String advertised;

    @Option(
        names = "--partitions",
        paramLabel = "N",
        description = "Partitions of the topic of samples when it is created (default: 1).")
    private @Nullable String partitions;

    @Option(
        names = "--allow-remote",
        description = "Allow addresses that other machines can reach.")
    private boolean allowRemote;

    @Override
    void addTo(Flags flags) {
      http.addTo(flags);
      data.addTo(flags);
      flags
          .put("kafka.port", port)
          .put("kafka.bind", bind)
          .put("kafka.advertised-host", advertised)
          .put("kafka.partitions", partitions)
          .put("kafka.allow-remote", allowRemote ? "true" : null);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return BrokerProcess.from(settings)::start;
    }

    @Override
    boolean hasDataDir() {
      return true;
    }
  }

  @Command(
      name = "collector",
      mixinStandardHelpOptions = true,
      description = "Posts CPU, load, memory, disk and network metrics of this host.%n",
      header = {
        "Examples:",
        "  annulus collector --endpoint http://127.0.0.1:8000",
        "  annulus collector --endpoint https://annulus.example --interval 10s",
        ""
      },
      footer = {"", ServiceCommand.SETTINGS})
  static final class Collector extends ServiceCommand {
    @Option(
        names = "--endpoint",
        paramLabel = "URL",
        description = "URL of the gateway (default: http://127.0.0.1:8000).")
    private @Nullable String endpoint;

    @Option(
        names = "--interval",
        paramLabel = "DURATION",
        description = "Collection interval (default: 5s).")
    private @Nullable String interval;

    @Override
    void addTo(Flags flags) {
      flags.put("collector.endpoint", endpoint).put("collector.interval", interval);
    }

    @Override
    Supplier<RunningProcess> configure(Settings settings) {
      return CollectorProcess.from(settings)::start;
    }
  }
}
