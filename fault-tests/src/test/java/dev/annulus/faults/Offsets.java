package dev.annulus.faults;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** How far a job has come in the topic {@code samples}. */
final class Offsets {
  private static final String TOPIC = "samples";

  private Offsets() {}

  /**
   * Waits until a job has committed the offset after the last record, and so has written it. Fails
   * if it commits nothing for three minutes.
   */
  static void awaitRead(String bootstrapServers, String group) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, Long> before;
      Map<TopicPartition, Long> now = Map.of();
      do {
        before = now;
        now = awaitCommit(admin, group, before);
      } while (!now.equals(before));
    }
  }

  /** The offsets after the last record, once they are committed, or others than those before. */
  private static Map<TopicPartition, Long> awaitCommit(
      Admin admin, String group, Map<TopicPartition, Long> before) {
    AtomicReference<Map<TopicPartition, Long>> now = new AtomicReference<>(before);
    Awaitility.await("group " + group)
        .atMost(3, TimeUnit.MINUTES)
        .ignoreExceptions()
        .until(
            () -> {
              now.set(committed(admin, group));
              return !now.get().equals(before) || now.get().equals(ends(admin));
            });
    return now.get();
  }

  /** How far a job says it has written. */
  static Map<TopicPartition, Long> committed(String bootstrapServers, String group)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      return committed(admin, group);
    }
  }

  /** How many records a job has not committed yet. */
  static long lag(String bootstrapServers, String group)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<TopicPartition, Long> committed = committed(admin, group);
      return ends(admin).entrySet().stream()
          .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
          .sum();
    }
  }

  /** The token of a place in the topic, as an answer of the gateway has it. */
  static String token(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .map(one -> one.getKey().partition() + "-" + one.getValue())
        .collect(Collectors.joining("_"));
  }

  private static Map<TopicPartition, Long> ends(Admin admin)
      throws ExecutionException, InterruptedException {
    int count =
        admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().size();
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (int i = 0; i < count; i++) {
      partitions.put(new TopicPartition(TOPIC, i), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(partitions).all().get().forEach((p, info) -> ends.put(p, info.offset()));
    return ends;
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((p, offset) -> committed.put(p, offset.offset()));
    return committed;
  }
}
