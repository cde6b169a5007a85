package dev.annulus.sink;

import dev.annulus.service.DaemonThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job on an in-process Flink MiniCluster. Thread-safe. */
public final class LocalRingSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRingSink.class);
  private static final int LOOK_SECONDS = 5;

  /** Polls in a row without a task manager after which it counts as lost: it does not come back. */
  private static final int LOOKS_WITHOUT_TASK_MANAGER = 12;

  private static final String LOOPBACK = "127.0.0.1";

  private final MiniCluster cluster;
  private final JobID job;
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-sink-watch"));
  private int looksWithoutTaskManager;
  private volatile boolean closed;

  private LocalRingSink(MiniCluster cluster, JobID job) {
    this.cluster = cluster;
    this.job = job;
  }

  /**
   * Starts a cluster with one task manager and submits the job. Returns once the job is accepted.
   *
   * @param overrides Flink settings that override the job's own
   */
  public static LocalRingSink start(
      SinkConfig config, StoreProvider stores, Configuration overrides) {
    Configuration flink = RingSinkJob.flinkDefaults(config);
    flink.set(RestOptions.BIND_PORT, "0");
    flink.set(RestOptions.PORT, 0);
    // Loopback only: the cluster's endpoints have no authentication.
    flink.set(RestOptions.ADDRESS, LOOPBACK);
    flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    flink.set(JobManagerOptions.ADDRESS, LOOPBACK);
    flink.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.HOST, LOOPBACK);
    flink.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(1));
    flink.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, Duration.ofSeconds(60));
    flink.addAll(overrides);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(flink);
    RingSinkJob.build(environment, config, stores);
    StreamGraph stream = environment.getStreamGraph();
    stream.setJobName(RingSinkJob.NAME);
    JobGraph graph = stream.getJobGraph();
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(config.parallelism())
                .build());
    try {
      cluster.start();
      cluster.submitJob(graph).get(60, TimeUnit.SECONDS);
      LocalRingSink sink = new LocalRingSink(cluster, graph.getJobID());
      sink.watch();
      return sink;
    } catch (Exception e) {
      close(cluster);
      throw new IllegalStateException("starting the Flink job failed", e);
    }
  }

  /**
   * Completes with the reason when the job or its cluster has ended by itself, which can happen
   * despite an unlimited restart strategy: nothing is written from then on. Never completes for a
   * healthy job that is closed.
   */
  public CompletableFuture<String> failure() {
    return failure.copy();
  }

  private void watch() {
    var unused =
        cluster
            .requestJobResult(job)
            .whenComplete(
                (result, problem) ->
                    fail(
                        problem == null
                            ? "the Flink job has ended: " + ended(result)
                            : "the Flink cluster has ended: " + problem.getMessage()));
    watch.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private static String ended(JobResult result) {
    String status = String.valueOf(result.getApplicationStatus());
    return result
        .getSerializedThrowable()
        .map(cause -> status + ", " + cause.getMessage())
        .orElse(status);
  }

  private void look() {
    if (!cluster.isRunning()) {
      fail("the Flink cluster has ended");
      return;
    }
    try {
      boolean there =
          cluster
                  .requestClusterOverview()
                  .get(LOOK_SECONDS, TimeUnit.SECONDS)
                  .getNumTaskManagersConnected()
              > 0;
      looksWithoutTaskManager = there ? 0 : looksWithoutTaskManager + 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.atDebug().setCause(e).log("Flink does not report its task managers");
    }
    if (looksWithoutTaskManager >= LOOKS_WITHOUT_TASK_MANAGER) {
      fail("the Flink cluster has lost its task manager");
    }
  }

  private void fail(String what) {
    if (!closed) {
      failure.complete(what);
    }
  }

  /**
   * Why samples are not being written; empty if every task runs. Waits at most a second for Flink.
   */
  public Optional<String> problem() {
    try {
      AccessExecutionGraph graph = cluster.getExecutionGraph(job).get(1, TimeUnit.SECONDS);
      if (graph.getState() != JobStatus.RUNNING) {
        return Optional.of("the Flink job is " + graph.getState());
      }
      for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
        if (task.getExecutionState() != ExecutionState.RUNNING) {
          return Optional.of("a task of the Flink job is " + task.getExecutionState());
        }
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("Flink does not respond: " + e.getMessage());
    }
  }

  /**
   * Cancels the job and stops the cluster within 30 s, even if the store hangs: acknowledged
   * samples are safe in Kafka.
   */
  @Override
  public void close() {
    closed = true;
    watch.shutdownNow();
    try {
      cluster.cancelJob(job).get(5, TimeUnit.SECONDS);
      cluster.requestJobResult(job).get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.atWarn().setCause(e).log("the Flink job did not stop in time");
    }
    close(cluster);
  }

  private static void close(MiniCluster cluster) {
    try {
      cluster.closeAsync().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.atWarn().setCause(e).log("the Flink cluster did not stop cleanly");
    }
  }
}
