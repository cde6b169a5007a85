package dev.annulus.wire;

/** Bytes that are no samples at all: broken JSON, broken Protocol Buffers, an unknown version. */
public final class MalformedRecordException extends RuntimeException {

  public MalformedRecordException(String message) {
    super(message);
  }

  /** Malformed input is an answer, not a fault: no stack trace is taken. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
