package dev.annulus.cli.process;

import dev.annulus.standalone.Parts;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started process. Thread-safe; {@link #close} stops its components in order.
 *
 * @param name of the sub-command
 * @param greeting printed once it is ready
 * @param failure completes with the fatal failure after which the process is useless
 * @param parts to close
 */
public record RunningProcess(
    String name, String greeting, CompletableFuture<String> failure, AutoCloseable parts)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningProcess.class);

  /** Starts a process; if that fails, closes what was started. */
  static RunningProcess start(String name, Opening opening) {
    Parts parts = new Parts();
    try {
      String address = opening.open(parts);
      return new RunningProcess(
          name, "annulus " + name + " is running: " + address, parts.health().failure(), parts);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /** Opens the parts of a process. */
  interface Opening {
    /** Returns the address of the listener. */
    String open(Parts parts);
  }

  @Override
  public void close() {
    try {
      parts.close();
    } catch (Exception e) {
      LOG.atError().addKeyValue("process", name).setCause(e).log("a process did not stop");
    }
  }
}
