package dev.annulus.kv.remote;

import org.jspecify.annotations.Nullable;

/** An attempt failed and a retry may succeed. Never leaves the package. */
final class RetryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean lost;
  private final boolean mayHaveCommitted;

  private RetryException(
      String message, @Nullable Throwable cause, boolean lost, boolean mayHaveCommitted) {
    super(message, cause);
    this.lost = lost;
    this.mayHaveCommitted = mayHaveCommitted;
  }

  /** Nothing was written. */
  static RetryException of(String reason) {
    return new RetryException(reason, null, false, false);
  }

  /** The response to a request will never arrive. */
  static RetryException lost(@Nullable Throwable cause) {
    return new RetryException("the connection to the store was lost", cause, true, false);
  }

  /** The same failure for a commit: without a response, its outcome is unknown. */
  RetryException ofCommit() {
    return lost
        ? new RetryException(
            "the connection to the store was lost during a commit", getCause(), true, true)
        : this;
  }

  boolean mayHaveCommitted() {
    return mayHaveCommitted;
  }
}
