package dev.annulus.standalone;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.ProtocolConfig;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.model.RingGeometry;
import dev.annulus.query.QueryConfig;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.sink.SinkConfig;
import dev.annulus.sink.StoreLocation;
import dev.annulus.store.BlockConfig;
import dev.annulus.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a standalone process.
 *
 * @param http listener of gateway, query service and UI
 * @param management additional listener for health and metrics
 * @param kafkaPort on loopback, for Kafka producers; 0 for any free one
 * @param partitions of the topic {@code samples} when it is created
 * @param logKeeping retention of the log of samples
 * @param dataDir contains {@code store} and {@code kafka}
 * @param engine the embedded engine
 * @param sharedStore used instead of the embedded engine; null for none
 * @param store configuration of the store
 * @param gateway its Kafka address is set at start
 * @param protocols other than the gateway's JSON
 * @param sink its Kafka address is set at start
 * @param query limits of queries
 * @param disk reserve on the disk of {@code dataDir}
 * @param kafkaConnections maximum number of open connections of Kafka clients
 * @param kafkaMaxRecord bytes of a record after decompression
 * @param demo whether the host collector runs too
 * @param startTimeout of the whole start
 */
public record StandaloneConfig(
    HttpConfig http,
    Optional<HttpConfig> management,
    int kafkaPort,
    int partitions,
    LogKeeping logKeeping,
    Path dataDir,
    EmbeddedConfig engine,
    @Nullable StoreLocation sharedStore,
    StoreConfig store,
    GatewayConfig gateway,
    ProtocolConfig protocols,
    SinkConfig sink,
    QueryConfig query,
    DiskReserve disk,
    int kafkaConnections,
    int kafkaMaxRecord,
    boolean demo,
    Duration startTimeout) {

  /** The data directory of a process. */
  public static Path dataDir(Settings settings) {
    return settings.path("data-dir", Path.of(System.getProperty("user.home"), ".annulus"));
  }

  private static BlockConfig blocks(Settings settings) {
    return BlockConfig.DEFAULT.flushingAt(
        settings.bytes("store.tail-bytes", BlockConfig.EMBEDDED_TAIL_BYTES),
        settings.duration("store.flush-after", BlockConfig.DEFAULT.flushAfter()));
  }

  /** By default the broker accepts whatever the gateway may write. */
  private static int maxRecord(Settings settings, int ofGateway) {
    long usual = Math.max(BrokerConfig.MAX_RECORD_BYTES, 2L * ofGateway);
    return Math.toIntExact(settings.bytes("kafka.max-record", usual));
  }

  /** Reads all settings; rejects unknown ones. */
  public static StandaloneConfig from(Settings settings) {
    Path dataDir = dataDir(settings);
    DiskReserve disk =
        DiskReserve.from(settings, dataDir.resolve("store"), dataDir.resolve("kafka"));
    EmbeddedConfig engine = EmbeddedConfig.in(dataDir.resolve("store"));
    GatewayConfig gateway = GatewayConfig.from(settings);
    RingGeometry geometry = RingGeometry.DEFAULT;
    LogKeeping logKeeping =
        LogKeeping.from(settings, settings.duration("store.sync-interval", engine.syncInterval()));
    int partitions = settings.number("kafka.partitions", 1, 1, 1_000);
    Descriptors descriptors =
        Descriptors.ofProcess(settings)
            .files("store files", EmbeddedConfig.openFiles())
            .files("log files", logKeeping.files(partitions));
    descriptors.graphite().connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 60);
    int kafkaConnections =
        descriptors.connections("kafka.max-connections", BrokerConfig.MAX_CONNECTIONS, 25);
    HttpConfig http = HttpConfig.from(settings);
    if (!settings.prefixed("kafka.client.").isEmpty()) {
      throw new ConfigException(
          "kafka.client.* is for a Kafka cluster; the broker of standalone needs none");
    }
    StandaloneConfig config =
        new StandaloneConfig(
            http,
            http.management(settings),
            settings.number("kafka.port", 9092, 0, 65_535),
            partitions,
            logKeeping,
            dataDir,
            new EmbeddedConfig(
                engine.directory(),
                settings.bytes("store.max-bytes", engine.maxBytes()),
                disk.ofStore(),
                settings.bytes("store.cache-bytes", engine.cacheBytes()),
                settings.bytes("store.write-buffer-bytes", engine.writeBufferBytes()),
                settings.duration("store.sync-interval", engine.syncInterval())),
            StoreLocation.fromUnlessEmbedded(
                settings,
                System.getenv().getOrDefault("FDB_CLUSTER_FILE", "fdb.cluster"),
                Duration.ofSeconds(30)),
            StoreConfig.DEFAULT
                .withBlocks(blocks(settings))
                .withMaxSeries(
                    settings.bytes("store.max-series", StoreConfig.DEFAULT.maxSeries()),
                    settings.bytes("store.max-series-per-token", 0))
                .withDefaultGeometry(
                    RingGeometry.ofSeconds(
                        settings.number(
                            "store.default-step",
                            (int) geometry.stepSeconds(),
                            1,
                            Integer.MAX_VALUE),
                        settings.number(
                            "store.default-slots", geometry.slots(), 1, Integer.MAX_VALUE))),
            gateway,
            ProtocolConfig.from(settings, gateway.rules()),
            SinkConfig.from(settings),
            QueryConfig.from(settings),
            disk,
            kafkaConnections,
            maxRecord(settings, gateway.maxRecordBytes()),
            settings.flag("demo", false),
            settings.duration("start-timeout", Duration.ofMinutes(2)));
    settings.requireKnown();
    descriptors.require();
    return config;
  }

  BrokerConfig broker() {
    return BrokerConfig.in(dataDir.resolve("kafka"))
        .withAddress("127.0.0.1", kafkaPort)
        .withMaxConnections(kafkaConnections)
        .withMaxRecordBytes(kafkaMaxRecord);
  }
}
