package dev.annulus.kv.remote;

import org.jspecify.annotations.Nullable;

/** An attempt failed and another may succeed. Never leaves the package. */
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

  /** The answer to a request will never come. */
  static RetryException lost(@Nullable Throwable cause) {
    return new RetryException("the connection to the store was lost", cause, true, false);
  }

  /** This, as the end of a commit: after a lost answer nobody knows what became of it. */
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
