package dev.annulus.broker;

import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prevents Kafka from exiting the process. Some of its code bypasses the fault handler (a failed
 * log directory halts), but always calls {@link Exit}, whose procedures can be replaced
 * process-wide. They stay replaced, since a thread of a closed broker may still call them.
 *
 * <p>The calling thread identifies the failed broker: every thread inherits the mark of its parent,
 * back to {@link #mark}.
 */
final class ExitGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ExitGuard.class);
  private static final InheritableThreadLocal<@Nullable Faults> OWNER =
      new InheritableThreadLocal<>();

  private ExitGuard() {}

  /** Marks this thread, and all threads that it starts until {@link #unmark}, as a broker's. */
  static void mark(Faults faults) {
    Exit.setExitProcedure(ExitGuard::refuse);
    Exit.setHaltProcedure(ExitGuard::refuse);
    OWNER.set(faults);
  }

  static void unmark() {
    OWNER.remove();
  }

  /** Never returns, since callers rely on that. */
  private static void refuse(int status, @Nullable String message) {
    IllegalStateException refused =
        new IllegalStateException(
            "Kafka tried to exit the process with status %d%s"
                .formatted(status, message == null ? "" : ": " + message));
    Faults owner = OWNER.get();
    if (owner == null) {
      LOG.atError()
          .setCause(refused)
          .log("prevented Kafka from exiting the process; the broker is unknown");
    } else {
      owner.fail(refused);
    }
    throw refused;
  }
}
