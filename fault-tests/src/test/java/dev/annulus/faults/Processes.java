package dev.annulus.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** All of Annulus with each part in a process of its own, on ports that stay the same. */
final class Processes implements AutoCloseable {
  static final String GROUP = "annulus-ring-sink";
  private static final int PARTITIONS = 4;
  private static final String JAVA_OPTIONS = "-Xmx384m -XX:TieredStopAtLevel=1";
  // The heap is resident from the start: what it holds too much ends the process, and growth of
  // the process is growth beside it.
  private static final String WHOLE_HEAP = " -Xms384m -XX:+AlwaysPreTouch";

  private final Path directory;
  private final int kafkaPort = AnnulusProcess.freePort();
  private final int storePort = AnnulusProcess.freePort();
  private final List<AnnulusProcess> started = new ArrayList<>();
  private int exports;
  final AnnulusProcess broker;
  final AnnulusProcess gateway;
  final AnnulusProcess sink;
  final AnnulusProcess query;
  private AnnulusProcess store;
  private Path storeDir;

  /**
   * @param directory holds the data and the output
   */
  Processes(Path directory) {
    this.directory = directory;
    broker =
        process(
            "broker",
            List.of("--data-dir", dir("broker"), "--kafka-port", "" + kafkaPort, "--partitions=4"));
    gateway =
        process(
            "gateway",
            List.of("--kafka-bootstrap", kafka(), "--set", "ingest.acknowledge-timeout=3s"));
    sink = newSink(GROUP, 1);
    query =
        process(
            "query",
            List.of("--kafka-bootstrap", kafka(), "--store-address", "127.0.0.1:" + storePort));
    useStore("store");
  }

  /** Starts all of them and waits until they are ready. */
  Processes start() {
    List<AnnulusProcess> all = List.of(broker, store, sink, gateway, query);
    all.forEach(AnnulusProcess::launch);
    all.forEach(AnnulusProcess::awaitReady);
    return this;
  }

  AnnulusProcess store() {
    return store;
  }

  /** What may die. */
  Map<String, AnnulusProcess> byName() {
    return new TreeMap<>(
        Map.of("broker", broker, "store", store, "sink", sink, "gateway", gateway, "query", query));
  }

  /** The gateway for what is written, the query service for the rest. */
  Api api() {
    return new Api(gateway.http(), query.http());
  }

  /** Another store from the next start on, on the port of the one before. */
  AnnulusProcess useStore(String name) {
    storeDir = directory.resolve(name);
    store =
        process(
            "store", List.of("--data-dir", storeDir.toString(), "--store-port", "" + storePort));
    return store;
  }

  /**
   * Another sink.
   *
   * @param group a new one reads the topic from its start
   */
  AnnulusProcess newSink(String group, int parallelism) {
    return process("sink", sinkArguments(group, parallelism));
  }

  List<String> sinkArguments(String group, int parallelism) {
    return List.of(
        "--kafka-bootstrap",
        kafka(),
        "--store-address",
        "127.0.0.1:" + storePort,
        "--parallelism",
        Integer.toString(parallelism),
        "--set",
        "sink.group=" + group);
  }

  /** Waits until a sink has committed the offset after the last record, and so has written it. */
  void awaitRead(String group) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      Awaitility.await("group " + group)
          .atMost(3, TimeUnit.MINUTES)
          .ignoreExceptions()
          .until(() -> committed(admin, group).equals(ends(admin)));
    }
  }

  /** How far a sink says it has written. */
  Map<TopicPartition, Long> committed(String group) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      return committed(admin, group);
    }
  }

  /** SHA-256 of an export of the store, which is stopped for it. */
  String exportedHash() throws Exception {
    store.stop();
    Path file = directory.resolve("export" + exports++);
    AnnulusProcess.run(directory, "export", "--data-dir", storeDir.toString(), file.toString());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    store.start();
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public void close() throws InterruptedException {
    for (AnnulusProcess process : started) {
      process.close();
    }
  }

  private AnnulusProcess process(String command, List<String> arguments) {
    String options = JAVA_OPTIONS + (command.equals("gateway") ? WHOLE_HEAP : "");
    AnnulusProcess process = new AnnulusProcess(command, directory, options, arguments);
    started.add(process);
    return process;
  }

  private String dir(String name) {
    return directory.resolve(name).toString();
  }

  private String kafka() {
    return "127.0.0.1:" + kafkaPort;
  }

  private static Map<TopicPartition, Long> ends(Admin admin)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.put(new TopicPartition("samples", i), OffsetSpec.latest());
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
