package dev.annulus.ingest.text;

/** A line that cannot be read; the message says why. */
public final class LineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LineException(String message) {
    super(message, null, false, false);
  }
}
