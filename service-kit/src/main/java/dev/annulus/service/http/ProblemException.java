package dev.annulus.service.http;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  /** The problem sent to the client. */
  public Problem problem() {
    return problem;
  }

  /** A problem is a response, not a fault: it has no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
