package dev.annulus.model;

/** A sample breaks a rule. Names the field and the rule, in words fit for the client. */
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

  /** The rule it breaks, a sentence without the field's name. */
  public String rule() {
    return rule;
  }

  /** Field and rule in one sentence. */
  public String describe() {
    return field + ": " + rule;
  }

  /** An invalid sample is an answer, not a fault: no stack trace is taken. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
