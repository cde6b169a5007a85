package dev.annulus.kv.embedded;

/** A snapshot is older than the engine allows, or was dropped. The transaction restarts. */
public final class TooOldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooOldException() {
    super("the transaction is older than the limit of 5 s");
  }
}
