package dev.annulus.wire;

/**
 * A record or body that cannot be decoded: malformed JSON or Protocol Buffers, or an unknown
 * version.
 */
public final class MalformedRecordException extends RuntimeException {

  public MalformedRecordException(String message) {
    super(message);
  }

  /** Malformed input is expected: skips the stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
