package dev.annulus.broker;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * Kafka's settings for a combined broker and controller with a small footprint, bounded logs and a
 * fast start.
 */
final class ServerSettings {
  /** Arbitrary, but fixed: it is in {@code meta.properties}. */
  static final int NODE_ID = 1;

  private static final int MIB = 1 << 20;

  /** Bounds the age of the active segment, which can only be deleted after a roll. */
  private static final int ROLLS_PER_RETENTION = 4;

  private final Map<String, String> settings = new LinkedHashMap<>();

  private ServerSettings() {}

  static Map<String, String> of(BrokerConfig config, ListenerSockets sockets) {
    ServerSettings settings = new ServerSettings();
    settings.identity(config, sockets);
    settings.singleNode();
    settings.quickStart(config.timeout());
    settings.log(config.log());
    settings.durability(config.syncInterval());
    settings.internalTopics();
    settings.metadataLog();
    settings.memoryAndThreads(config);
    return Map.copyOf(settings.settings);
  }

  private void identity(BrokerConfig config, ListenerSockets sockets) {
    InetSocketAddress controller = sockets.controller();
    String controllerAddress =
        Utils.formatAddress(controller.getAddress().getHostAddress(), controller.getPort());
    int port = sockets.clients().getPort();
    set("node.id", NODE_ID);
    set("process.roles", "broker,controller");
    set("controller.listener.names", ListenerSockets.CONTROLLER);
    set("controller.quorum.voters", NODE_ID + "@" + controllerAddress);
    set("inter.broker.listener.name", ListenerSockets.CLIENTS);
    set(
        "listener.security.protocol.map",
        ListenerSockets.CLIENTS + ":PLAINTEXT," + ListenerSockets.CONTROLLER + ":PLAINTEXT");
    set(
        "listeners",
        "%s://%s,%s://%s"
            .formatted(
                ListenerSockets.CLIENTS,
                Utils.formatAddress(config.host(), port),
                ListenerSockets.CONTROLLER,
                controllerAddress));
    set(
        "advertised.listeners",
        ListenerSockets.CLIENTS + "://" + Utils.formatAddress(config.advertisedHost(), port));
    set("log.dirs", config.dataDir().toString());
  }

  private void singleNode() {
    set("default.replication.factor", 1);
    set("min.insync.replicas", 1);
    set("auto.create.topics.enable", false);
    set("auto.leader.rebalance.enable", false);
    set("authorizer.class.name", WriteGate.class.getName());
    // Yammer's metrics still appear in JMX; these would clash between two brokers in one process.
    set("metric.reporters", "");
  }

  private void quickStart(Duration timeout) {
    set("group.initial.rebalance.delay.ms", 0);
    set("group.streams.initial.rebalance.delay.ms", 0);
    set("controller.quorum.election.timeout.ms", 100);
    set("controller.quorum.append.linger.ms", 0);
    // After a kill, the controller considers the dead incarnation alive until its session expires,
    // and rejects the new one until then. A longer pause only fences the broker until its next
    // heartbeat; 1 s is too short for a machine that is busy starting everything else.
    set("broker.session.timeout.ms", 1_500);
    set("broker.heartbeat.interval.ms", 300);
    set("initial.broker.registration.timeout.ms", timeout.toMillis());
    set("server.max.startup.time.ms", timeout.toMillis());
  }

  private void log(LogLimits limits) {
    long checkMillis = limits.checkInterval().toMillis();
    set("log.retention.bytes", limits.retentionBytes());
    set("log.retention.ms", limits.retention().toMillis());
    set("log.roll.ms", Math.max(1, limits.retention().toMillis() / ROLLS_PER_RETENTION));
    set("log.segment.bytes", limits.segmentBytes());
    set("log.retention.check.interval.ms", checkMillis);
    set("log.initial.task.delay.ms", checkMillis);
    set("log.segment.delete.delay.ms", 1_000);
    set("log.message.timestamp.type", "LogAppendTime");
    set("message.max.bytes", limits.maxBatchBytes());
    // Preallocated (sparse) for each active segment: with the default of 10 MiB, a directory
    // listing looks alarming.
    set("log.index.size.max.bytes", MIB);
  }

  private void durability(Duration syncInterval) {
    if (syncInterval.isZero()) {
      set("log.flush.interval.messages", 1);
    } else {
      long millis = Math.max(1, syncInterval.toMillis());
      set("log.flush.interval.ms", millis);
      set("log.flush.scheduler.interval.ms", millis);
    }
  }

  private void internalTopics() {
    set("offsets.topic.num.partitions", 1);
    set("offsets.topic.replication.factor", 1);
    set("offsets.topic.segment.bytes", 4 * MIB);
    // A laptop may be off for longer than Kafka's default of a week.
    set("offsets.retention.minutes", Duration.ofDays(60).toMinutes());
    set("transaction.state.log.num.partitions", 1);
    set("transaction.state.log.replication.factor", 1);
    set("transaction.state.log.min.isr", 1);
    set("transaction.state.log.segment.bytes", 4 * MIB);
    set("share.coordinator.state.topic.num.partitions", 1);
    set("share.coordinator.state.topic.replication.factor", 1);
    set("share.coordinator.state.topic.min.isr", 1);
    set("share.coordinator.state.topic.segment.bytes", 4 * MIB);
  }

  private void metadataLog() {
    set("metadata.log.segment.bytes", 8 * MIB);
    set("metadata.max.retention.bytes", 16 * MIB);
    set("metadata.log.max.record.bytes.between.snapshots", 2 * MIB);
    // Each idle tick is an fsync: two per second by default, for as long as the laptop runs.
    set("metadata.max.idle.interval.ms", 10_000);
  }

  private void memoryAndThreads(BrokerConfig config) {
    int requestBytes = config.log().maxBatchBytes() + 2 * MIB;
    set("socket.request.max.bytes", requestBytes);
    set("queued.max.request.bytes", 4L * requestBytes);
    set("queued.max.requests", 64);
    set("max.connections", config.maxConnections());
    // Only this process connects to it.
    set(
        "listener.name." + ListenerSockets.CONTROLLER.toLowerCase(Locale.ROOT) + ".max.connections",
        32);
    // Idle connections must not block others for Kafka's default of ten minutes; clients reconnect
    // by themselves.
    set("connections.max.idle.ms", Duration.ofMinutes(2).toMillis());
    set("socket.receive.buffer.bytes", -1);
    set("socket.send.buffer.bytes", -1);
    // The default takes 128 MiB of heap. This size holds 150,000 keys, more than an internal
    // segment has; the cleaner gives up on a log with a larger segment.
    set("log.cleaner.dedupe.buffer.size", 4 * MIB);
    set("log.cleaner.threads", 1);
    set("num.network.threads", 2);
    set("num.io.threads", 4);
    set("background.threads", 2);
    set("num.recovery.threads.per.data.dir", 2);
    set("group.coordinator.threads", 1);
    set("share.coordinator.threads", 1);
  }

  private void set(String key, Object value) {
    settings.put(key, value.toString());
  }
}
