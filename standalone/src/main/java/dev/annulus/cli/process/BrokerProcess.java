package dev.annulus.cli.process;

import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.LogLimits;
import dev.annulus.broker.TopicSpec;
import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import dev.annulus.standalone.StandaloneConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A single Kafka broker with the topics of Annulus. */
public record BrokerProcess(Listeners http, BrokerConfig broker, List<TopicSpec> topics) {
  /** Where health and metrics are served unless told otherwise. */
  public static final String PORT = "8005";

  public static BrokerProcess from(Settings settings) {
    Path dataDir = StandaloneConfig.dataDir(settings);
    BrokerConfig broker =
        BrokerConfig.in(dataDir.resolve("kafka"))
            .withAddress(
                settings.text("kafka.bind", "127.0.0.1"),
                settings.number("kafka.port", 9092, 0, 65_535))
            .withLog(log(settings));
    String advertised = settings.textOrNull("kafka.advertised-host");
    return new BrokerProcess(
        Listeners.from(settings, PORT),
        advertised == null ? broker : broker.withAdvertisedHost(advertised),
        List.of(
            TopicSpec.of(
                settings.text("kafka.topic", "samples"),
                settings.number("kafka.partitions", 1, 1, 1_000)),
            TopicSpec.small(settings.text("kafka.rejected-topic", "samples.rejected"))));
  }

  /** Nobody here knows what the store has, so records stay for long, and the size is the limit. */
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
          EmbeddedBroker started = parts.open(EmbeddedBroker.start(broker));
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
