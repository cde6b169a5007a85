package dev.annulus.service.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How problems are told on a path whose protocol has a form of its own for them. Must be
 * thread-safe.
 */
public interface ProblemFormat {

  /**
   * The form of a problem.
   *
   * @param requestType {@code Content-Type} of the request; null if it has none
   */
  Body body(Problem problem, @Nullable String requestType);

  /**
   * What is sent beside the problem's status.
   *
   * @param headers further ones
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Body(String mediaType, byte[] bytes, Map<String, String> headers) {}
}
