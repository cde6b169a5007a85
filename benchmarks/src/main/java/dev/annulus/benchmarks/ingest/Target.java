package dev.annulus.benchmarks.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stores to measure: Annulus, also on the FoundationDB cluster that {@code FDB_CLUSTER_FILE}
 * names in either layout, and those packaged by Debian.
 */
enum Target {
  ANNULUS("/readyz"),
  ANNULUS_FDB("/readyz"),
  ANNULUS_FDB_SLOTS("/readyz"),
  VICTORIA_METRICS("/health"),
  INFLUXDB("/ping"),
  PROMETHEUS("/-/ready"),
  CARBON("");

  private final String ready;

  Target(String ready) {
    this.ready = ready;
  }

  /** The path of a protocol; empty if it is not HTTP, null if unsupported. */
  @Nullable String path(IngestProtocol protocol) {
    return switch (protocol) {
      case JSON, JSON_SINGLE -> isAnnulus() ? "/ingest/gauge" : null;
      case JSON_COUNTER -> isAnnulus() ? "/ingest/counter" : null;
      case LINE ->
          switch (this) {
            case ANNULUS, ANNULUS_FDB, ANNULUS_FDB_SLOTS, VICTORIA_METRICS -> "/write";
            case INFLUXDB -> "/write?db=bench";
            default -> null;
          };
      case REMOTE_WRITE ->
          switch (this) {
            case INFLUXDB -> "/api/v1/prom/write?db=bench";
            case CARBON -> null;
            default -> "/api/v1/write";
          };
      case GRAPHITE -> this == INFLUXDB || this == PROMETHEUS ? null : "";
    };
  }

  /** The readiness path, which returns 2xx; empty for a target without HTTP. */
  String ready() {
    return ready;
  }

  /** The command that starts it on two free loopback ports. */
  List<String> command(Path directory, int port, int tcpPort) throws IOException {
    String address = "127.0.0.1:" + port;
    return switch (this) {
      case ANNULUS -> annulus(directory, port, tcpPort);
      case ANNULUS_FDB -> onFoundation(directory, port, tcpPort, 32);
      case ANNULUS_FDB_SLOTS -> onFoundation(directory, port, tcpPort, 1);
      case VICTORIA_METRICS ->
          List.of(
              "victoria-metrics",
              "-storageDataPath=" + directory.resolve("data"),
              "-httpListenAddr=" + address,
              "-graphiteListenAddr=127.0.0.1:" + tcpPort);
      case INFLUXDB ->
          List.of("influxd", "-config", influx(directory, address, tcpPort).toString());
      case PROMETHEUS -> StoreCommands.prometheus(directory, port);
      case CARBON ->
          List.of("carbon-cache", "--nodaemon", "--config=" + carbon(directory, tcpPort), "start");
    };
  }

  /** The folders with the samples, and those with a log. */
  List<String> folders() {
    return switch (this) {
      case ANNULUS, ANNULUS_FDB, ANNULUS_FDB_SLOTS -> List.of("data/store", "data/kafka");
      case INFLUXDB -> List.of("data/data", "data/wal");
      case CARBON -> List.of("whisper", "none");
      default -> List.of("data", "none");
    };
  }

  private static List<String> annulus(Path directory, int port, int tcpPort) {
    return StoreCommands.annulus(
        Path.of("../bin/annulus").toAbsolutePath().toString(),
        directory,
        port,
        "graphite.port=" + tcpPort);
  }

  /** Whether it is Annulus, on whatever store. */
  boolean isAnnulus() {
    return this == ANNULUS || this == ANNULUS_FDB || this == ANNULUS_FDB_SLOTS;
  }

  /** A database of its own in the cluster, behind a key prefix; it is left there. */
  private static List<String> onFoundation(
      Path directory, int port, int tcpPort, int slotsPerBlock) {
    String clusterFile = System.getenv("FDB_CLUSTER_FILE");
    if (clusterFile == null || clusterFile.isBlank()) {
      throw new IllegalStateException("FDB_CLUSTER_FILE names no FoundationDB cluster");
    }
    List<String> command = new ArrayList<>(annulus(directory, port, tcpPort));
    command.addAll(
        List.of(
            "--store",
            "fdb",
            "--cluster-file",
            clusterFile,
            "--set",
            "store.slots-per-block=" + slotsPerBlock,
            "--set",
            "store.key-prefix=bench-" + directory.getFileName() + "/"));
    return command;
  }

  private static Path influx(Path directory, String address, int tcpPort) throws IOException {
    return Files.writeString(
        directory.resolve("influx.conf"),
        """
        reporting-disabled = true
        bind-address = "127.0.0.1:%1$d"
        [meta]
          dir = "%2$s/data/meta"
        [data]
          dir = "%2$s/data/data"
          wal-dir = "%2$s/data/wal"
          query-log-enabled = false
        [http]
          bind-address = "%3$s"
          log-enabled = false
        [monitor]
          store-enabled = false
        """
            .formatted(tcpPort, directory, address),
        StandardCharsets.UTF_8);
  }

  private static Path carbon(Path directory, int tcpPort) throws IOException {
    Files.writeString(
        directory.resolve("storage-schemas.conf"), "[all]\npattern = .*\nretentions = 1s:1h\n");
    Files.createDirectories(directory.resolve("whisper"));
    return Files.writeString(
        directory.resolve("carbon.conf"),
        """
        [cache]
        STORAGE_DIR = %1$s
        CONF_DIR = %1$s
        LOG_DIR = %1$s
        PID_DIR = %1$s
        LOCAL_DATA_DIR = %1$s/whisper
        USER =
        LINE_RECEIVER_INTERFACE = 127.0.0.1
        LINE_RECEIVER_PORT = %2$d
        PICKLE_RECEIVER_PORT = 0
        CACHE_QUERY_PORT = 0
        MAX_CREATES_PER_MINUTE = inf
        MAX_UPDATES_PER_SECOND = inf
        LOG_CREATES = False
        LOG_UPDATES = False
        ENABLE_TAGS = False
        """
            .formatted(directory, tcpPort));
  }
}
