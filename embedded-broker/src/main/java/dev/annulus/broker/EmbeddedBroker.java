package dev.annulus.broker;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An in-process Kafka broker with its controller. Thread-safe; the caller that started it closes
 * it.
 *
 * <p>Acknowledged records, topics and committed offsets survive a stop and a process crash (and a
 * machine crash, within {@link BrokerConfig#syncInterval()}). Several may run in one process, each
 * in its own directory. No failure exits the process; see {@link #failure()}.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration STOP_AFTER_FAILURE = Duration.ofSeconds(2);

  private final BrokerConfig config;
  private final ListenerSockets sockets;
  private final DataDirectory directory;
  private final KafkaNode node;
  private final WriteGate.Rule gate;
  private final Faults faults;
  private boolean closed;

  private EmbeddedBroker(
      BrokerConfig config,
      ListenerSockets sockets,
      DataDirectory directory,
      KafkaNode node,
      WriteGate.Rule gate,
      Faults faults) {
    this.config = config;
    this.sockets = sockets;
    this.directory = directory;
    this.node = node;
    this.gate = gate;
    this.faults = faults;
  }

  /**
   * Starts a broker; returns once it serves clients.
   *
   * @throws BrokerStartException if the port is in use, the directory is in use or not an Annulus
   *     broker's, or Kafka does not start within the timeout; nothing is left running
   */
  public static EmbeddedBroker start(BrokerConfig config) {
    long begin = System.nanoTime();
    ListenerSockets sockets = ListenerSockets.bind(config);
    try {
      DataDirectory directory = DataDirectory.open(config.dataDir(), ServerSettings.NODE_ID);
      try {
        EmbeddedBroker broker = start(config, sockets, directory);
        LOG.atInfo()
            .addKeyValue("bootstrapServers", broker.bootstrapServers())
            .addKeyValue("directory", config.dataDir())
            .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
            .log("broker started");
        return broker;
      } catch (Throwable e) {
        directory.close();
        throw e;
      }
    } catch (Throwable e) {
      sockets.close();
      throw e;
    }
  }

  private static EmbeddedBroker start(
      BrokerConfig config, ListenerSockets sockets, DataDirectory directory) {
    Faults faults = new Faults();
    ExitGuard.mark(faults);
    try {
      WriteGate.Rule gate = new WriteGate.Rule(config.full(), config.maxRecordBytes());
      KafkaNode node = new KafkaNode(ServerSettings.of(config, sockets), gate, sockets, faults);
      try {
        node.start();
        requireNoFault(faults);
        return new EmbeddedBroker(config, sockets, directory, node, gate, faults);
      } catch (Throwable e) {
        faults.stopping();
        try {
          node.stop(STOP_AFTER_FAILURE);
        } catch (RuntimeException stopping) {
          e.addSuppressed(stopping);
        }
        throw e;
      }
    } catch (Exception e) {
      // Scala throws undeclared checked exceptions.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new BrokerStartException(
          "the broker in %s did not start: %s".formatted(config.dataDir(), rootCause(e)), e);
    } finally {
      ExitGuard.unmark();
    }
  }

  /** Kafka expects a fatal fault to exit the process, so its start may continue after one. */
  private static void requireNoFault(Faults faults) {
    faults
        .first()
        .ifPresent(
            fault -> {
              throw new IllegalStateException("broker fault during start", fault);
            });
  }

  private static Throwable rootCause(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** The value for clients' {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return Utils.formatAddress(config.advertisedHost(), port());
  }

  /** The actual listen port. */
  public int port() {
    return sockets.clients().getPort();
  }

  /** The Kafka cluster id, which is kept in the directory. */
  public String clusterId() {
    return node.clusterId();
  }

  /**
   * Completes when the broker has failed fatally, for instance because of its disk; it is no longer
   * reliable, and its owner should close it. Completes on a separate thread, which may do that.
   * Never completes exceptionally, nor for a healthy broker that is closed.
   */
  public CompletableFuture<Throwable> failure() {
    return faults.published().copy();
  }

  /**
   * The segments of a partition's log by ascending offset, without those being deleted; empty if
   * the partition does not exist.
   *
   * @throws java.io.UncheckedIOException if the directory cannot be read
   */
  public List<LogSegment> segments(String topic, int partition) {
    return LogFiles.of(config.dataDir(), topic, partition);
  }

  /** The number of produce requests refused because of {@link BrokerConfig#maxRecordBytes()}. */
  public long refusedForSize() {
    return gate.refusedForSize();
  }

  /** {@link #ensureTopics} for one topic. */
  public void ensureTopic(TopicSpec topic) {
    ensureTopics(List.of(topic));
  }

  /**
   * Creates missing topics, and corrects the settings of existing ones. Blocks until every
   * partition accepts records. Idempotent. {@link TopicSpec#small Small} topics accept records even
   * while the disk is full.
   *
   * @throws BrokerException if a topic exists with another number of partitions, a setting is
   *     unknown to Kafka, or the timeout expires; some topics may be done by then
   */
  public void ensureTopics(Collection<TopicSpec> topics) {
    if (topics.isEmpty()) {
      return;
    }
    try (TopicSetup setup = new TopicSetup(bootstrapServers(), config.timeout())) {
      setup.ensure(topics);
    }
    gate.keepOpen(topics.stream().filter(TopicSpec::isSmall).map(TopicSpec::name).collect(toSet()));
  }

  /** Stops in order: disconnects clients, closes logs, releases the directory. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    faults.stopping();
    try (directory;
        sockets) {
      node.stop(faults.first().isPresent() ? STOP_AFTER_FAILURE : config.timeout());
    }
    LOG.atInfo().addKeyValue("directory", config.dataDir()).log("broker stopped");
  }
}
