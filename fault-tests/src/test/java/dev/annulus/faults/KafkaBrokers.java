package dev.annulus.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.awaitility.Awaitility;

/**
 * A Kafka cluster of three brokers, each in a process of its own, which Kafka's own main class
 * starts with the settings that {@code docs/guarantees.md} asks of a cluster.
 */
final class KafkaBrokers implements AutoCloseable {
  private static final int COUNT = 3;
  private static final int PARTITIONS = 4;
  private static final String LIB =
      Path.of("..", "standalone", "target", "annulus", "lib").toAbsolutePath().normalize() + "/*";
  // Kafka's identifiers are 16 bytes in Base64; this one means nothing.
  private static final String CLUSTER_ID = "YW5udWx1cy10ZXN0cy0wMQ";

  private final Path directory;
  private final int[] ports = ports();
  private final int[] controllerPorts = ports();
  private final List<ChildProcess> brokers = new ArrayList<>();

  /**
   * @param directory gets data, settings and output
   */
  KafkaBrokers(Path directory) throws Exception {
    this.directory = directory;
    for (int id = 0; id < COUNT; id++) {
      Path settings = directory.resolve("kafka-" + id + ".properties");
      Files.writeString(settings, settings(id));
      format(settings);
      brokers.add(new Broker(id, settings));
    }
  }

  /** Starts all brokers, waits until they are ready and makes the topics. */
  KafkaBrokers start() throws Exception {
    brokers.forEach(ChildProcess::launch);
    brokers.forEach(ChildProcess::awaitReady);
    try (Admin admin = admin()) {
      NewTopic samples = new NewTopic("samples", Optional.of(PARTITIONS), Optional.empty());
      samples.configs(Map.of("message.timestamp.type", "LogAppendTime"));
      NewTopic rejected = new NewTopic("samples.rejected", Optional.of(1), Optional.empty());
      admin.createTopics(List.of(samples, rejected)).all().get();
    }
    return this;
  }

  List<ChildProcess> all() {
    return List.copyOf(brokers);
  }

  String bootstrapServers() {
    return IntStream.of(ports)
        .mapToObj(port -> "127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  /** Waits until every broker has every record of the samples. */
  void awaitReplicated() {
    try (Admin admin = admin()) {
      Awaitility.await("replicas in sync")
          .atMost(3, TimeUnit.MINUTES)
          .ignoreExceptions()
          .until(() -> partitions(admin).stream().allMatch(p -> p.isr().size() == COUNT));
    }
  }

  private static List<TopicPartitionInfo> partitions(Admin admin)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of("samples"))
        .allTopicNames()
        .get()
        .get("samples")
        .partitions();
  }

  @Override
  public void close() throws InterruptedException {
    for (ChildProcess broker : brokers) {
      broker.close();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  private static int[] ports() {
    return IntStream.range(0, COUNT).map(i -> ChildProcess.freePort()).toArray();
  }

  private String settings(int id) {
    String voters =
        IntStream.range(0, COUNT)
            .mapToObj(i -> i + "@127.0.0.1:" + controllerPorts[i])
            .collect(Collectors.joining(","));
    return """
        process.roles=broker,controller
        node.id=%d
        listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        controller.listener.names=CONTROLLER
        controller.quorum.voters=%s
        log.dirs=%s
        default.replication.factor=3
        min.insync.replicas=2
        unclean.leader.election.enable=false
        offsets.topic.replication.factor=3
        offsets.topic.num.partitions=4
        auto.create.topics.enable=false
        """
        .formatted(id, ports[id], controllerPorts[id], voters, directory.resolve("kafka-" + id));
  }

  private void format(Path settings) throws IOException, InterruptedException {
    Path output = directory.resolve("kafka-format.log");
    Process format =
        new ProcessBuilder(
                java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", "" + settings))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (format.waitFor() != 0) {
      throw new IOException(Files.readString(output));
    }
  }

  private static List<String> java(String... mainAndArguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", LIB));
    line.addAll(List.of(mainAndArguments));
    return line;
  }

  private final class Broker extends ChildProcess {
    private final int id;
    private final Path settings;

    Broker(int id, Path settings) {
      super("Kafka broker " + id, directory.resolve("kafka-" + id + ".log"));
      this.id = id;
      this.settings = settings;
    }

    @Override
    List<String> line() {
      return java("kafka.Kafka", settings.toString());
    }

    @Override
    Map<String, String> environment() {
      return Map.of();
    }

    @Override
    boolean isReady() {
      try (Admin admin = admin()) {
        return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).stream()
            .anyMatch(node -> node.id() == id);
      } catch (Exception e) {
        return false;
      }
    }
  }
}
