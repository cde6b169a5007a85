package dev.annulus.service.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format of problems for paths whose protocol defines its own. Implementations must be
 * thread-safe.
 */
public interface ProblemFormat {

  /**
   * Formats a problem.
   *
   * @param requestType {@code Content-Type} of the request; null if it has none
   */
  Body body(Problem problem, @Nullable String requestType);

  /**
   * Body and headers sent with the problem's status.
   *
   * @param headers additional ones
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Body(String mediaType, byte[] bytes, Map<String, String> headers) {}
}
