package dev.annulus.standalone;

import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.kv.EngineStats;
import dev.annulus.service.HealthChecks;
import dev.annulus.store.RingStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The components of a process, with its metrics and health checks. Closing it closes the components
 * in reverse order. Thread-safe.
 */
public final class Parts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HealthChecks health = new HealthChecks();

  public Parts() {
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(metrics);
    open(gc);
  }

  /** Adds a component and returns it. */
  public synchronized <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  /** The metrics of the process. */
  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** The readiness checks. */
  public HealthChecks health() {
    return health;
  }

  /**
   * Ends the process after a fatal failure of a component; from then on {@code /livez} and {@code
   * /readyz} report it.
   *
   * @param what the component, such as {@code the Kafka broker}
   * @param failure completes with the reason, on any thread
   */
  public void needs(String what, CompletableFuture<?> failure) {
    var unused =
        failure.whenComplete(
            (why, problem) ->
                health.fail(
                    what
                        + " has failed: "
                        + (why instanceof Throwable cause
                            ? words(cause)
                            : problem == null ? why : words(problem))));
  }

  private static String words(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + root;
  }

  /** Adds a check that fails while the store does not respond within a second. */
  public void checkStore(RingStore store) {
    health.add("store", () -> answers(store.positions().read()));
  }

  /**
   * Exposes the metrics of a store connection as {@code annulus_store_client_…}; null exposes none.
   */
  public void showStore(@Nullable EngineStats stats) {
    if (stats == null) {
      return;
    }
    stats.forEachCount(
        (name, count) ->
            FunctionCounter.builder(EngineStats.METERS + name, stats, any -> count.getAsLong())
                .register(metrics));
    Gauge.builder(EngineStats.METERS + EngineStats.LARGEST, stats, EngineStats::largestBytes)
        .register(metrics);
  }

  /** Exposes the broker's refused requests. */
  public void showBroker(EmbeddedBroker broker) {
    FunctionCounter.builder(
            "annulus.kafka.refused.requests", broker, EmbeddedBroker::refusedForSize)
        .description("Requests of producers refused because of kafka.max-record")
        .register(metrics);
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.atWarn()
            .addKeyValue("part", part.getClass())
            .setCause(e)
            .log("a component did not stop");
      }
    }
  }

  private static Optional<String> answers(CompletableFuture<?> read) {
    try {
      read.get(1, TimeUnit.SECONDS);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("the store does not answer: " + e.getMessage());
    }
  }
}
