package dev.annulus.service.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The format of problems by path: {@link Problem#MEDIA_TYPE} unless routes define another. */
final class ProblemFormats {
  private final ObjectMapper json = Json.mapper();
  private final Map<String, ProblemFormat> byPath = new HashMap<>();

  /**
   * @param parts routes that may define formats for their paths
   */
  ProblemFormats(List<Routes> parts) {
    parts.forEach(part -> byPath.putAll(part.problemFormats()));
  }

  /**
   * The body of a problem.
   *
   * @param path without the base path
   * @param requestType {@code Content-Type} of the request
   */
  ProblemFormat.Body body(Problem problem, String path, @Nullable String requestType) {
    ProblemFormat own = of(path);
    return own == null ? usual(problem) : own.body(problem, requestType);
  }

  /** That of the path itself, else that of the nearest folder above it. */
  private @Nullable ProblemFormat of(String path) {
    boolean slash = path.length() > 1 && path.endsWith("/");
    ProblemFormat own = byPath.get(slash ? path.substring(0, path.length() - 1) : path);
    for (int end = path.lastIndexOf('/'); own == null && end >= 0; ) {
      own = byPath.get(path.substring(0, end + 1));
      end = path.lastIndexOf('/', end - 1);
    }
    return own;
  }

  private ProblemFormat.Body usual(Problem problem) {
    try {
      return new ProblemFormat.Body(Problem.MEDIA_TYPE, json.writeValueAsBytes(problem), Map.of());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
