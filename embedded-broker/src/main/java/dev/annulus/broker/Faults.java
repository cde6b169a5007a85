package dev.annulus.broker;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the faults of one broker. Kafka's own factory exits the process on a fatal one, which an
 * embedded broker must not. Thread-safe.
 */
final class Faults implements FaultHandlerFactory {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();
  private final CompletableFuture<Throwable> published = new CompletableFuture<>();
  private volatile boolean stopping;

  /** The first fatal fault. */
  Optional<Throwable> first() {
    return Optional.ofNullable(first.get());
  }

  /** Completes with the first fatal fault, on a separate thread, never on one of Kafka's. */
  CompletableFuture<Throwable> published() {
    return published;
  }

  /** From now on faults are expected: components miss others that have stopped. */
  void stopping() {
    stopping = true;
  }

  @Override
  public FaultHandler build(String name, boolean isFatal, Runnable action) {
    return (message, cause) -> {
      RuntimeException fault = new FaultHandlerException(name + ": " + message, cause);
      if (isFatal) {
        fail(fault);
      } else {
        LOG.atError().addKeyValue("component", name).setCause(fault).log("broker fault");
      }
      runQuietly(action);
      return fault;
    };
  }

  /** Records a fatal fault; only the first counts. */
  void fail(Throwable fault) {
    if (stopping) {
      LOG.atWarn().setCause(fault).log("broker fault during stop");
      return;
    }
    LOG.atError().setCause(fault).log("the embedded broker failed");
    if (first.compareAndSet(null, fault)) {
      // On this signal the owner closes the broker, and closing waits for Kafka's threads.
      published.completeAsync(() -> fault);
    }
  }

  private static void runQuietly(@Nullable Runnable action) {
    if (action == null) {
      return;
    }
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the action for a broker fault failed");
    }
  }
}
