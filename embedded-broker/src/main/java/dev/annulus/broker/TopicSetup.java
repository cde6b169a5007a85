package dev.annulus.broker;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics match their specification, through Kafka's admin client. Not thread-safe. */
final class TopicSetup implements AutoCloseable {
  private static final long POLL_MILLIS = 10;

  private final Admin admin;
  private final long timeoutNanos;
  private final long begin = System.nanoTime();

  TopicSetup(String bootstrapServers, Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  /**
   * Creates missing topics, corrects the settings of others, and waits until all partitions have
   * leaders.
   */
  void ensure(Collection<TopicSpec> specs) {
    Map<String, TopicSpec> wanted =
        specs.stream()
            .collect(
                toMap(
                    TopicSpec::name,
                    identity(),
                    (first, second) -> {
                      throw new IllegalArgumentException(
                          "topic %s is given twice".formatted(first.name()));
                    }));
    try {
      Set<String> present = await(admin.listTopics().names());
      create(specs.stream().filter(spec -> !present.contains(spec.name())).toList());
      Map<String, TopicDescription> descriptions = awaitLeaders(wanted.keySet());
      for (TopicSpec spec : specs) {
        requirePartitions(spec, requireNonNull(descriptions.get(spec.name())));
      }
      correct(specs.stream().filter(spec -> present.contains(spec.name())).toList());
    } catch (ExecutionException e) {
      throw new BrokerException(
          "setting up topics %s failed: %s"
              .formatted(wanted.keySet(), e.getCause() == null ? e : e.getCause().getMessage()),
          e);
    } catch (TimeoutException e) {
      throw new BrokerException("setting up topics %s timed out".formatted(wanted.keySet()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted while setting up topics", e);
    }
  }

  private void create(List<TopicSpec> missing)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<NewTopic> topics =
        missing.stream()
            .map(
                spec ->
                    new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty())
                        .configs(spec.config()))
            .toList();
    for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
      try {
        await(created);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /** The broker sees a new topic a moment after the controller has created it. */
  private Map<String, TopicDescription> awaitLeaders(Set<String> names)
      throws ExecutionException, InterruptedException, TimeoutException {
    while (true) {
      try {
        Map<String, TopicDescription> found = await(admin.describeTopics(names).allTopicNames());
        if (found.values().stream().allMatch(TopicSetup::isLed)) {
          return found;
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private static boolean isLed(TopicDescription topic) {
    return topic.partitions().stream()
        .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }

  private static void requirePartitions(TopicSpec spec, TopicDescription found) {
    if (found.partitions().size() != spec.partitions()) {
      throw new BrokerException(
          "topic %s has %d partitions, must have %d; a change would move keys away from their earlier records"
              .formatted(spec.name(), found.partitions().size(), spec.partitions()));
    }
  }

  private void correct(List<TopicSpec> specs)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<ConfigResource, Config> found =
        await(admin.describeConfigs(specs.stream().map(TopicSetup::resource).toList()).all());
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (TopicSpec spec : specs) {
      Collection<AlterConfigOp> ofTopic = changes(spec, requireNonNull(found.get(resource(spec))));
      if (!ofTopic.isEmpty()) {
        changes.put(resource(spec), ofTopic);
      }
    }
    await(admin.incrementalAlterConfigs(changes).all());
  }

  private static ConfigResource resource(TopicSpec spec) {
    return new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
  }

  private static Collection<AlterConfigOp> changes(TopicSpec spec, Config found) {
    Collection<AlterConfigOp> changes = new ArrayList<>();
    spec.config()
        .forEach(
            (key, value) -> {
              ConfigEntry entry = found.get(key);
              if (entry == null || !isOwn(entry) || !value.equals(entry.value())) {
                changes.add(
                    new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
              }
            });
    for (ConfigEntry entry : found.entries()) {
      if (isOwn(entry) && !spec.config().containsKey(entry.name())) {
        changes.add(
            new AlterConfigOp(new ConfigEntry(entry.name(), ""), AlterConfigOp.OpType.DELETE));
      }
    }
    return changes;
  }

  private static boolean isOwn(ConfigEntry entry) {
    return entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }

  private <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    long left = timeoutNanos - (System.nanoTime() - begin);
    return future.get(Math.max(0, left), TimeUnit.NANOSECONDS);
  }
}
