package dev.annulus.query.http;

/** The log does not answer. Try again later. */
final class IngestLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IngestLogException(Throwable cause) {
    super("Kafka does not answer", cause);
  }
}
