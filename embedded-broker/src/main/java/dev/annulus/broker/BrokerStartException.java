package dev.annulus.broker;

/**
 * The broker did not start; nothing of it is left running, and a refused directory is as it was.
 */
public final class BrokerStartException extends BrokerException {
  public BrokerStartException(String message) {
    super(message);
  }

  public BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
