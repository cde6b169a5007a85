package dev.annulus.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this process. Thread-safe; the one who started it closes it.
 *
 * <p>Acknowledged records, topics and committed offsets survive a stop and the death of the process
 * (of the machine too, within {@link BrokerConfig#syncInterval()}). Several may run in one process,
 * each in its own directory. No failure ends the process, see {@link #failure()}.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration STOP_AFTER_FAILURE = Duration.ofSeconds(2);

  private final BrokerConfig config;
  private final ListenerSockets sockets;
  private final DataDirectory directory;
  private final KafkaNode node;
  private final Faults faults;
  private boolean closed;

  private EmbeddedBroker(
      BrokerConfig config,
      ListenerSockets sockets,
      DataDirectory directory,
      KafkaNode node,
      Faults faults) {
    this.config = config;
    this.sockets = sockets;
    this.directory = directory;
    this.node = node;
    this.faults = faults;
  }

  /**
   * Starts a broker and returns when it serves clients.
   *
   * @throws BrokerStartException if the port is taken, the directory is not the broker's or is in
   *     use, or Kafka does not start within the limit; nothing is left running
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
      KafkaNode node = new KafkaNode(ServerSettings.of(config, sockets), sockets, faults);
      try {
        node.start();
        requireNoFault(faults);
        return new EmbeddedBroker(config, sockets, directory, node, faults);
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
      // Scala throws checked exceptions without saying so.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new BrokerStartException(
          "the broker in %s did not start: %s".formatted(config.dataDir(), rootCause(e)), e);
    } finally {
      ExitGuard.unmark();
    }
  }

  /** Kafka expects a fatal fault to end the process, so its start goes on after some. */
  private static void requireNoFault(Faults faults) {
    faults
        .first()
        .ifPresent(
            fault -> {
              throw new IllegalStateException("fault while starting", fault);
            });
  }

  private static Throwable rootCause(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Address for clients, as in {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return Utils.formatAddress(config.advertisedHost(), port());
  }

  /** The port it listens on, never zero. */
  public int port() {
    return sockets.clients().getPort();
  }

  /** Kafka's id of the cluster, kept for the life of the directory. */
  public String clusterId() {
    return node.clusterId();
  }

  /**
   * Completes when the broker has failed beyond recovery, for instance because its disk did; it
   * serves nothing reliably then, and its owner should close it. Completes on a thread of its own,
   * which may do that; never completes exceptionally, nor for a broker that is closed in health.
   */
  public CompletableFuture<Throwable> failure() {
    return faults.published().copy();
  }

  /**
   * The files of a partition's log by ascending offset, without those about to be deleted; empty if
   * there is no such partition.
   *
   * @throws java.io.UncheckedIOException if the directory cannot be read
   */
  public List<LogSegment> segments(String topic, int partition) {
    return LogFiles.of(config.dataDir(), topic, partition);
  }

  /** {@link #ensureTopics} for one. */
  public void ensureTopic(TopicSpec topic) {
    ensureTopics(List.of(topic));
  }

  /**
   * Makes topics be as specified: creates the missing ones, and sets and unsets settings of the
   * others. Blocks until every partition accepts records. Repeating it changes nothing.
   *
   * @throws BrokerException if a topic exists with another number of partitions, a setting is not
   *     Kafka's, or the limit of time is reached; some topics may be done then
   */
  public void ensureTopics(Collection<TopicSpec> topics) {
    if (topics.isEmpty()) {
      return;
    }
    try (TopicSetup setup = new TopicSetup(bootstrapServers(), config.timeout())) {
      setup.ensure(topics);
    }
  }

  /** Stops in order: clients are cut off, logs are closed, the directory is free. Idempotent. */
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
