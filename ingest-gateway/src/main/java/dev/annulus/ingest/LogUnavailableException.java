package dev.annulus.ingest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The log accepts no samples at the moment. The client should retry. */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final Duration retryAfter;

  /**
   * @param code for machines
   * @param message for people
   */
  LogUnavailableException(
      String code, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** For machines. */
  public String code() {
    return code;
  }

  /** When to try again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
