package dev.annulus.kv;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The store did not do what was asked. {@link #kind()} says what the caller can do about it. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** The kinds of failure, sorted by what follows from them. */
  public enum Kind {
    /** The store is away or too slow, and nothing was written. Try later. */
    UNAVAILABLE,
    /** The store went away during the commit: the write may or may not be there. Safe to repeat. */
    OUTCOME_UNKNOWN,
    /** No room is left. Reads still work; writes may work again once there is room. */
    FULL,
    /** A key, value or transaction is over its limit. Repeating it is useless. */
    TOO_LARGE,
    /** Stored bytes are not what this version writes. */
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

  /** What sort of failure it is. */
  public Kind kind() {
    return kind;
  }

  /** Whether the same call can succeed later without anyone changing it. */
  public boolean isTransient() {
    return switch (kind) {
      case UNAVAILABLE, OUTCOME_UNKNOWN, FULL -> true;
      case TOO_LARGE, CORRUPT, UNUSABLE -> false;
    };
  }

  /** Takes the wrappers off that futures put around a failure. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
