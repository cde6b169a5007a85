package dev.annulus.model;

/** A sample breaks a rule. The message names the field and the rule, for the client. */
public final class InvalidSampleException extends RuntimeException {
  private final String field;
  private final String rule;

  public InvalidSampleException(String field, String rule) {
    super(field + ": " + rule);
    this.field = field;
    this.rule = rule;
  }

  /** The JSON field at fault, such as {@code ts}. */
  public String field() {
    return field;
  }

  /** The broken rule, without the field name. */
  public String rule() {
    return rule;
  }

  /** Field and rule in one sentence. */
  public String describe() {
    return field + ": " + rule;
  }

  /** Invalid input is expected: skips the stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
