package dev.annulus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The job on a real Flink cluster: a JobManager and a TaskManager, each in a process of its own,
 * that load the job from the jar which is deployed, with the settings of {@code docker-compose.yml}
 * and shorter times.
 */
final class FlinkCluster implements AutoCloseable {
  private static final Path LIB = built("standalone/target/annulus/lib");
  private static final Path JOB = built("ring-sink/target/ring-sink-job.jar");
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);
  private static final ObjectMapper JSON = new ObjectMapper();
  // What lies in lib/ of Flink's distribution; everything else has to come with the job.
  private static final List<String> FLINK =
      List.of(
          "flink-annotations",
          "flink-clients",
          "flink-connector-datagen",
          "flink-core",
          "flink-datastream",
          "flink-file-sink",
          "flink-hadoop-fs",
          "flink-metrics",
          "flink-queryable",
          "flink-rpc",
          "flink-runtime",
          "flink-shaded",
          "flink-streaming",
          "asm",
          "commons-cli",
          "commons-collections",
          "commons-compress",
          "commons-io",
          "commons-lang3",
          "commons-math3",
          "commons-text",
          "javassist",
          "jsr305",
          "kryo",
          "log4j",
          "minlog",
          "objenesis",
          "reflectasm",
          "slf4j-api",
          "snakeyaml-engine");

  private final Path directory;
  private final int rpcPort = ChildProcess.freePort();
  private final int restPort = ChildProcess.freePort();
  private final Api rest = new Api(URI.create("http://127.0.0.1:" + restPort));
  private final List<FlinkProcess> taskManagers = new ArrayList<>();
  private List<String> jobArguments = List.of();
  final FlinkProcess jobManager;
  final FlinkProcess taskManager;

  /**
   * @param directory gets configuration, checkpoints and output
   */
  FlinkCluster(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(checkpoints());
    configure("");
    jobManager = new JobManagerProcess();
    taskManager = newTaskManager();
  }

  /** One more TaskManager, which takes over when another is away. */
  FlinkProcess newTaskManager() {
    FlinkProcess process = new TaskManagerProcess("taskmanager-" + taskManagers.size());
    taskManagers.add(process);
    return process;
  }

  /**
   * What the next start of the JobManager runs.
   *
   * @param arguments of the job
   * @param restoreFrom a checkpoint or savepoint; empty for none
   */
  void job(List<String> arguments, String restoreFrom) throws IOException {
    jobArguments = List.copyOf(arguments);
    configure(restoreFrom);
  }

  /** Starts both and waits until the job runs. */
  void start() throws IOException {
    jobManager.launch();
    taskManager.launch();
    taskManager.awaitReady();
    JsonNode config = rest.json(rest.get("/jobs/" + jobId() + "/checkpoints/config"));
    assertThat(config.get("interval").asLong())
        .as("the cluster's setting, not the job's default")
        .isEqualTo(CHECKPOINT_INTERVAL.toMillis());
  }

  /** Waits until every task of the job runs. */
  void awaitRunning() {
    jobManager.awaitReady();
  }

  void kill() throws InterruptedException {
    jobManager.kill();
    for (FlinkProcess process : taskManagers) {
      process.close();
    }
  }

  /** What may die. */
  List<FlinkProcess> parts() {
    return List.of(jobManager, taskManager);
  }

  /** Ends the job with a savepoint; gives where that is. */
  String stopWithSavepoint() throws Exception {
    String job = jobId();
    String target = JSON.writeValueAsString(Map.of("targetDirectory", "file://" + savepoints()));
    String answer = rest.post("/jobs/" + job + "/stop", target).body();
    String request = JSON.readTree(answer).path("request-id").asText();
    String status = "/jobs/" + job + "/savepoints/" + request;
    JsonNode savepoint =
        Awaitility.await("savepoint")
            .atMost(1, TimeUnit.MINUTES)
            .until(
                () -> rest.json(rest.get(status)),
                found -> found.at("/status/id").asText().equals("COMPLETED"));
    String location = savepoint.at("/operation/location").asText();
    if (location.isEmpty()) {
      throw new AssertionError("no savepoint: " + savepoint);
    }
    // In application mode the JobManager ends with its job.
    jobManager.exitCode();
    taskManager.kill();
    return location;
  }

  /** Where the job that runs was restored from; empty if it was not. */
  String restoredFrom() throws IOException {
    return checkpointing().at("/latest/restored/external_path").asText("");
  }

  /** How many checkpoints the job that runs has completed. */
  long completedCheckpoints() throws IOException {
    return checkpointing().at("/counts/completed").asLong();
  }

  /** The newest checkpoint on disk, of whatever job. */
  String newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints())) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .map(file -> "file:" + file.getParent())
          .orElseThrow(() -> new AssertionError("no checkpoint in " + checkpoints()));
    }
  }

  /** How many checkpoints lie on disk, whole or not. */
  long checkpointsOnDisk() throws IOException {
    try (Stream<Path> files = Files.find(checkpoints(), 2, (file, what) -> what.isDirectory())) {
      return files.filter(file -> file.getFileName().toString().startsWith("chk-")).count();
    }
  }

  /** How many tasks the source has. */
  int parallelism() throws IOException {
    return rest.json(rest.get("/jobs/" + jobId())).at("/vertices/0/parallelism").asInt();
  }

  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  @Override
  public void close() throws InterruptedException {
    jobManager.close();
    for (FlinkProcess process : taskManagers) {
      process.close();
    }
  }

  private JsonNode checkpointing() throws IOException {
    return rest.json(rest.get("/jobs/" + jobId() + "/checkpoints"));
  }

  private String jobId() throws IOException {
    JsonNode jobs = rest.json(rest.get("/jobs/overview")).get("jobs");
    if (jobs.size() != 1) {
      throw new IOException("one job should run: " + jobs);
    }
    return jobs.at("/0/jid").asText();
  }

  private boolean isRunning() {
    try {
      JsonNode job = rest.json(rest.get("/jobs/overview")).at("/jobs/0");
      int tasks = job.at("/tasks/total").asInt();
      return job.path("state").asText().equals("RUNNING")
          && tasks > 0
          && job.at("/tasks/running").asInt() == tasks;
    } catch (IOException e) {
      return false;
    }
  }

  private Path savepoints() {
    return directory.resolve("savepoints");
  }

  private void configure(String restoreFrom) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("jobmanager.rpc.address", "127.0.0.1");
    settings.put("jobmanager.bind-host", "127.0.0.1");
    settings.put("jobmanager.rpc.port", "" + rpcPort);
    settings.put("rest.address", "127.0.0.1");
    settings.put("rest.bind-address", "127.0.0.1");
    settings.put("rest.port", "" + restPort);
    settings.put("taskmanager.bind-host", "127.0.0.1");
    settings.put("taskmanager.host", "127.0.0.1");
    settings.put("taskmanager.numberOfTaskSlots", "4");
    settings.put("heartbeat.interval", "1 s");
    settings.put("heartbeat.timeout", "8 s");
    settings.put("execution.checkpointing.interval", CHECKPOINT_INTERVAL.toMillis() + " ms");
    settings.put("execution.checkpointing.storage", "filesystem");
    settings.put("execution.checkpointing.dir", "file://" + checkpoints());
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    settings.put("io.tmp.dirs", directory.toString());
    // Flink's scripts work these out; a process without them refuses to start.
    settings.put("taskmanager.cpu.cores", "2.0");
    settings.put("taskmanager.memory.framework.heap.size", "64 mb");
    settings.put("taskmanager.memory.framework.off-heap.size", "64 mb");
    settings.put("taskmanager.memory.jvm-metaspace.size", "128 mb");
    settings.put("taskmanager.memory.jvm-overhead.min", "64 mb");
    settings.put("taskmanager.memory.jvm-overhead.max", "64 mb");
    settings.put("taskmanager.memory.task.heap.size", "256 mb");
    settings.put("taskmanager.memory.task.off-heap.size", "64 mb");
    settings.put("taskmanager.memory.managed.size", "1 mb");
    settings.put("taskmanager.memory.network.min", "16 mb");
    settings.put("taskmanager.memory.network.max", "16 mb");
    if (!restoreFrom.isEmpty()) {
      settings.put("execution.state-recovery.path", restoreFrom);
    }
    Files.createDirectories(conf());
    Files.write(
        conf().resolve("config.yaml"),
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + ": '" + setting.getValue() + "'")
            .toList());
    Files.write(
        conf().resolve("log4j2.properties"),
        List.of(
            "appender.out.type = Console",
            "appender.out.name = out",
            "appender.out.layout.type = PatternLayout",
            "appender.out.layout.pattern = %d %p %c{1} %m%n%ex",
            "rootLogger.level = INFO",
            "rootLogger.appenderRef.out.ref = out"));
  }

  private Path conf() {
    return directory.resolve("conf");
  }

  private static Path built(String path) {
    return Path.of("..").resolve(path).toAbsolutePath().normalize();
  }

  private static String flinkJars() {
    try (Stream<Path> jars = Files.list(LIB)) {
      return jars.filter(jar -> FLINK.stream().anyMatch(jar.getFileName().toString()::startsWith))
          .map(Path::toString)
          .collect(Collectors.joining(":"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A JVM with Flink's jars. */
  abstract class FlinkProcess extends ChildProcess {
    final String name;

    FlinkProcess(String name) {
      super(name, directory.resolve(name + ".log"));
      this.name = name;
    }

    List<String> java(String classPath, String main) {
      List<String> line = new ArrayList<>();
      line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      line.addAll(
          List.of(
              "-Xmx384m",
              "-XX:TieredStopAtLevel=1",
              "-XX:+ExitOnOutOfMemoryError",
              "-Dlog4j2.configurationFile=" + conf().resolve("log4j2.properties"),
              "--add-opens=java.base/java.util=ALL-UNNAMED",
              "--add-opens=java.base/java.lang=ALL-UNNAMED",
              "-cp",
              classPath,
              main));
      return line;
    }

    @Override
    Map<String, String> environment() {
      return Map.of();
    }
  }

  private final class JobManagerProcess extends FlinkProcess {
    JobManagerProcess() {
      super("jobmanager");
    }

    @Override
    List<String> line() {
      String own = JobManager.class.getProtectionDomain().getCodeSource().getLocation().getPath();
      List<String> line = java(flinkJars() + ":" + own, JobManager.class.getName());
      line.addAll(List.of(conf().toString(), JOB.toString(), "dev.annulus.sink.RingSinkMain"));
      line.addAll(jobArguments);
      return line;
    }

    @Override
    boolean isReady() {
      return isRunning();
    }
  }

  private final class TaskManagerProcess extends FlinkProcess {
    TaskManagerProcess(String name) {
      super(name);
    }

    @Override
    List<String> line() {
      List<String> line =
          java(flinkJars(), "org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
      line.addAll(List.of("--configDir", conf().toString()));
      return line;
    }

    /** It is there as soon as it has work. */
    @Override
    boolean isReady() {
      return isRunning();
    }
  }
}
