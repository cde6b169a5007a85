package dev.annulus.kv.embedded;

/** A snapshot is older than the engine allows, or was given up. The transaction starts over. */
public final class TooOldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooOldException() {
    super("the transaction is older than 5 s");
  }
}
