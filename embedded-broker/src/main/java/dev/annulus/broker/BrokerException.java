package dev.annulus.broker;

/** The broker could not do what was asked; the message says why. */
public class BrokerException extends RuntimeException {
  public BrokerException(String message) {
    super(message);
  }

  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
