package dev.annulus.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Kafka's controller and broker on a formatted directory, wired like Kafka's own server but with
 * our sockets and fault handlers.
 */
final class KafkaNode {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);

  private final SharedServer shared;
  private final ControllerServer controller;
  private final BrokerServer broker;

  KafkaNode(
      Map<String, String> settings, WriteGate.Rule gate, ListenerSockets sockets, Faults faults) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(WriteGate.RULE, gate);
    KafkaConfig config = new KafkaConfig(all, false);
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> onDisk =
        KafkaRaftServer.initializeLogDirs(config, LOG, "");
    this.shared =
        new SharedServer(
            config,
            onDisk._1(),
            Time.SYSTEM,
            new Metrics(Time.SYSTEM),
            CompletableFuture.completedFuture(Map.of(ServerSettings.NODE_ID, sockets.controller())),
            List.of(),
            faults,
            sockets);
    this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), onDisk._2());
    this.broker = new BrokerServer(shared);
  }

  /** Starts; returns once clients are served. */
  void start() {
    controller.startup();
    broker.startup();
  }

  String clusterId() {
    return shared.clusterId();
  }

  /** Stops the running parts, the broker first, since it deregisters from the controller. */
  void stop(Duration timeout) {
    try {
      broker.shutdown(timeout);
    } finally {
      try {
        controller.shutdown();
      } finally {
        // If the shared server fails to start, this keeps running although the server counts as not
        // started.
        shared.ensureNotRaftLeader();
      }
    }
  }
}
