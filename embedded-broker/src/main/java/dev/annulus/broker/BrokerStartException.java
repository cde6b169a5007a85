package dev.annulus.broker;

/** The broker did not start. Nothing is left running, and a rejected directory is unchanged. */
public final class BrokerStartException extends BrokerException {
  public BrokerStartException(String message) {
    super(message);
  }

  public BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
