package dev.annulus.broker;

/** A broker operation failed; the message says why. */
public class BrokerException extends RuntimeException {
  public BrokerException(String message) {
    super(message);
  }

  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
