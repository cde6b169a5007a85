package dev.annulus.cli.process;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.LogLimits;
import dev.annulus.broker.TopicSpec;
import dev.annulus.service.access.AccessConfig;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.standalone.Descriptors;
import dev.annulus.standalone.DiskReserve;
import dev.annulus.standalone.StandaloneConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A single Kafka broker with the topics of Annulus. */
public record BrokerProcess(
    Listeners http, BrokerConfig broker, List<TopicSpec> topics, DiskReserve disk) {
  /** Default port of health and metrics. */
  public static final String PORT = "8005";

  public static BrokerProcess from(Settings settings) {
    Path dataDir = StandaloneConfig.dataDir(settings).resolve("kafka");
    DiskReserve disk = DiskReserve.from(settings, dataDir);
    LogLimits log = log(settings);
    int partitions = settings.number("kafka.partitions", 1, 1, 1_000);
    Descriptors descriptors =
        Descriptors.ofProcess(settings).files("log files", files(log, partitions));
    descriptors.connections("http.max-connections", HttpConfig.MAX_CONNECTIONS, 25);
    int connections =
        descriptors.connections("kafka.max-connections", BrokerConfig.MAX_CONNECTIONS, 65);
    descriptors.require();
    int maxRecord =
        Math.toIntExact(settings.bytes("kafka.max-record", BrokerConfig.MAX_RECORD_BYTES));
    BrokerConfig broker =
        BrokerConfig.in(dataDir)
            .withAddress(bind(settings), settings.number("kafka.port", 9092, 0, 65_535))
            .withLog(log)
            .withMaxConnections(connections)
            .withMaxRecordBytes(maxRecord)
            .withFull(disk::isLow);
    String advertised = settings.textOrNull("kafka.advertised-host");
    return new BrokerProcess(
        Listeners.from(settings, PORT),
        advertised == null ? broker : broker.withAdvertisedHost(advertised),
        List.of(
            TopicSpec.of(settings.text("kafka.topic", "samples"), partitions),
            TopicSpec.small(settings.text("kafka.rejected-topic", "samples.rejected"))),
        disk);
  }

  /**
   * Kafka has no authentication and no encryption here: anyone who can reach it can read and write.
   */
  private static String bind(Settings settings) {
    String bind = settings.text("kafka.bind", "127.0.0.1");
    if (!settings.flag("kafka.allow-remote", false) && !AccessConfig.isLoopback(bind)) {
      throw new ConfigException(
          "kafka.bind is "
              + bind
              + ", which others can reach, and the broker asks for no password: bind 127.0.0.1, or"
              + " pass --allow-remote (kafka.allow-remote=true) inside a network you trust");
    }
    return bind;
  }

  /** One per segment; Kafka's own topics have few. */
  private static long files(LogLimits log, int partitions) {
    return partitions * (log.retentionBytes() / log.segmentBytes() + 2) + 16;
  }

  /** This process does not know what is stored, so records are kept long, limited by size. */
  private static LogLimits log(Settings settings) {
    LogLimits laptop = LogLimits.laptop();
    try {
      return new LogLimits(
          settings.bytes("kafka.log.retention-bytes", 4L << 30),
          settings.duration("kafka.log.retention", Duration.ofDays(7)),
          laptop.segmentBytes(),
          laptop.checkInterval(),
          laptop.maxBatchBytes());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("kafka.log.retention-bytes: " + e.getMessage());
    }
  }

  public RunningProcess start() {
    return RunningProcess.start(
        "broker",
        parts -> {
          parts.health().add("disk", disk.bindTo(parts.metrics())::problem);
          EmbeddedBroker started = parts.open(EmbeddedBroker.start(broker));
          parts.needs("the Kafka broker", started.failure());
          parts.showBroker(started);
          started.ensureTopics(topics);
          parts
              .health()
              .add(
                  "kafka",
                  () ->
                      started.failure().isDone()
                          ? Optional.of("the broker has failed")
                          : Optional.empty());
          String address = http.serve(List.of(), parts);
          return started.bootstrapServers() + ", health at " + address;
        });
  }
}
