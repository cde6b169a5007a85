package dev.annulus.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
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
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job on an in-process Flink MiniCluster. Thread-safe. */
public final class LocalRingSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRingSink.class);

  private static final String LOOPBACK = "127.0.0.1";

  private final MiniCluster cluster;
  private final JobID job;

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
      return new LocalRingSink(cluster, graph.getJobID());
    } catch (Exception e) {
      close(cluster);
      throw new IllegalStateException("starting the Flink job failed", e);
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
