package dev.annulus.ingest.text;

/** A malformed line; the message says why. */
public final class LineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LineException(String message) {
    super(message, null, false, false);
  }
}
