package dev.annulus.broker;

import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Kafka from ending the process. Some of its code does so without asking a fault handler (a
 * failed log directory halts), but always through its {@link Exit}, whose procedures are settable
 * for the whole process and stay replaced: a thread of a closed broker may still come to it.
 *
 * <p>The calling thread tells which broker failed: every thread inherits the mark of the one that
 * started it, back to {@link #mark}.
 */
final class ExitGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ExitGuard.class);
  private static final InheritableThreadLocal<@Nullable Faults> OWNER =
      new InheritableThreadLocal<>();

  private ExitGuard() {}

  /** Marks this thread, and all that it starts until {@link #unmark}, as a broker's. */
  static void mark(Faults faults) {
    Exit.setExitProcedure(ExitGuard::refuse);
    Exit.setHaltProcedure(ExitGuard::refuse);
    OWNER.set(faults);
  }

  static void unmark() {
    OWNER.remove();
  }

  /** Never returns, since the callers count on that. */
  private static void refuse(int status, @Nullable String message) {
    IllegalStateException refused =
        new IllegalStateException(
            "Kafka asked to end the process with status %d%s"
                .formatted(status, message == null ? "" : ": " + message));
    Faults owner = OWNER.get();
    if (owner == null) {
      LOG.atError().setCause(refused).log("exit refused, of no broker known");
    } else {
      owner.fail(refused);
    }
    throw refused;
  }
}
