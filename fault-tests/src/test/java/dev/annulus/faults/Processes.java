package dev.annulus.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** All of Annulus with each part in a process of its own, on ports that stay the same. */
final class Processes implements AutoCloseable {
  static final String GROUP = "annulus-ring-sink";
  private static final String JAVA_OPTIONS = "-Xmx384m -XX:TieredStopAtLevel=1";
  // The heap is resident from the start: what it holds too much ends the process, and growth of
  // the process is growth beside it.
  private static final String WHOLE_HEAP = " -Xms384m -XX:+AlwaysPreTouch";

  private final Path directory;
  private final String kafka;
  private final int storePort = ChildProcess.freePort();
  private final List<AnnulusProcess> started = new ArrayList<>();
  private int exports;

  /** Null if Kafka is somewhere else. */
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
    this(directory, ChildProcess.freePort());
  }

  private Processes(Path directory, int kafkaPort) {
    this(
        directory,
        "127.0.0.1:" + kafkaPort,
        new AnnulusProcess(
            "broker",
            directory,
            JAVA_OPTIONS,
            List.of(
                "--data-dir",
                directory.resolve("broker").toString(),
                "--kafka-port",
                "" + kafkaPort,
                "--partitions=4")));
    started.add(broker);
  }

  /**
   * Without a broker.
   *
   * @param kafka where Kafka answers, with its topics
   */
  static Processes on(Path directory, String kafka) {
    return new Processes(directory, kafka, null);
  }

  private Processes(Path directory, String kafka, AnnulusProcess broker) {
    this.directory = directory;
    this.kafka = kafka;
    this.broker = broker;
    gateway =
        process(
            "gateway",
            List.of("--kafka-bootstrap", kafka, "--set", "ingest.acknowledge-timeout=3s"));
    sink = newSink(GROUP, 1);
    query =
        process(
            "query",
            List.of("--kafka-bootstrap", kafka, "--store-address", "127.0.0.1:" + storePort));
    useStore("store");
  }

  /** Starts all of them and waits until they are ready. */
  Processes start() {
    return start(Stream.of(broker, store, sink, gateway, query));
  }

  /** Starts all but the sink: something else takes its place. */
  Processes startWithoutSink() {
    return start(Stream.of(broker, store, gateway, query));
  }

  private Processes start(Stream<AnnulusProcess> parts) {
    List<AnnulusProcess> all = parts.filter(Objects::nonNull).toList();
    all.forEach(AnnulusProcess::launch);
    all.forEach(AnnulusProcess::awaitReady);
    return this;
  }

  AnnulusProcess store() {
    return store;
  }

  int storePort() {
    return storePort;
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
    store = process("store", storeArguments());
    return store;
  }

  /** Further options of the store from its next start on. */
  void storeOptions(String... options) {
    List<String> all = new ArrayList<>(storeArguments());
    all.addAll(List.of(options));
    store.arguments(all);
  }

  private List<String> storeArguments() {
    return List.of("--data-dir", storeDir.toString(), "--store-port", "" + storePort);
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
    return sinkArguments(group, parallelism, storePort);
  }

  /**
   * The same by another way to the store.
   *
   * @param toStore what stands before it
   */
  List<String> sinkArguments(String group, int parallelism, int toStore) {
    return List.of(
        "--kafka-bootstrap",
        kafka,
        "--store-address",
        "127.0.0.1:" + toStore,
        "--parallelism",
        Integer.toString(parallelism),
        "--set",
        "sink.group=" + group);
  }

  /** What the job on a Flink cluster is told, as {@code --key value}. */
  List<String> jobArguments(String group, int parallelism) {
    return List.of(
        "--kafka.bootstrap-servers",
        kafka,
        "--store",
        "remote",
        "--store.address",
        "127.0.0.1:" + storePort,
        "--sink.parallelism",
        Integer.toString(parallelism),
        "--sink.group",
        group);
  }

  /** Waits until a sink has committed the offset after the last record, and so has written it. */
  void awaitRead(String group) {
    Offsets.awaitRead(kafka, group);
  }

  /** How far a sink says it has written. */
  Map<TopicPartition, Long> committed(String group) throws Exception {
    return Offsets.committed(kafka, group);
  }

  /** How many records of the topic the job has not committed yet. */
  long lag(String group) throws Exception {
    return Offsets.lag(kafka, group);
  }

  /** SHA-256 of an export of the store, which is stopped for it. */
  String exportedHash() throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(export()));
    return HexFormat.of().formatHex(hash);
  }

  /**
   * Fails unless the store has, bit by bit, what the topic says. Nobody may write meanwhile, and
   * the job must have read everything.
   */
  void verifyBits() throws Exception {
    LogModel.of(kafka).verify(export());
  }

  private Path export() throws Exception {
    store.stop();
    Path file = directory.resolve("export" + exports++);
    AnnulusProcess.run(directory, "export", "--data-dir", storeDir.toString(), file.toString());
    store.start();
    return file;
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
}
