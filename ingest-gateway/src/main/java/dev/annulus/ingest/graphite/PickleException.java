package dev.annulus.ingest.graphite;

/** A message is not a pickle of lists, tuples, texts and numbers; the message says why. */
final class PickleException extends Exception {
  private static final long serialVersionUID = 1L;

  PickleException(String message) {
    super(message, null, false, false);
  }
}
