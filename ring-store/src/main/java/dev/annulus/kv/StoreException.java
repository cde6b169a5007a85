package dev.annulus.kv;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A store operation failed. {@link #kind()} says what the caller can do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** Failures by what the caller can do about them. */
  public enum Kind {
    /** The store is unreachable or too slow; nothing was written. Retry later. */
    UNAVAILABLE,
    /** The connection broke during a commit, which may have taken effect. Safe to retry. */
    OUTCOME_UNKNOWN,
    /** No space is left. Reads work; writes may work again once there is space. */
    FULL,
    /** A key, value or transaction exceeds its limit. A retry cannot help. */
    TOO_LARGE,
    /** Stored bytes are damaged or in an unknown format. */
    CORRUPT,
    /** The engine cannot be used with this configuration or data. */
    UNUSABLE
  }

  public StoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  public StoreException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** The kind of failure. */
  public Kind kind() {
    return kind;
  }

  /** Whether the same call may succeed later. */
  public boolean isTransient() {
    return switch (kind) {
      case UNAVAILABLE, OUTCOME_UNKNOWN, FULL -> true;
      case TOO_LARGE, CORRUPT, UNUSABLE -> false;
    };
  }

  /** The cause inside the wrappers that futures add. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
