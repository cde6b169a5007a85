package dev.annulus.service.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error in the format of RFC 9457 (problem details).
 *
 * @param status HTTP status
 * @param code stable, machine-readable, in snake case
 * @param detail one readable sentence
 * @param retryAfter sent as {@code Retry-After}; null for none
 * @param more further members, such as {@code position}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    int status,
    String code,
    String detail,
    @JsonIgnore @Nullable Duration retryAfter,
    @JsonAnyGetter Map<String, Object> more) {
  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem {
    more = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(more));
  }

  /** A problem without further members. */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, null, Map.of());
  }

  /** 400 with code {@code bad_request}. */
  public static Problem badRequest(String detail) {
    return of(400, "bad_request", detail);
  }

  /** 404 with code {@code not_found}. */
  public static Problem notFound(String detail) {
    return of(404, "not_found", detail);
  }

  /** 503 with {@code Retry-After}. */
  public static Problem unavailable(String code, String detail, Duration retryAfter) {
    return new Problem(503, code, detail, retryAfter, Map.of());
  }

  /** A copy with an additional member. */
  public Problem with(String member, Object value) {
    Map<String, Object> members = new LinkedHashMap<>(more);
    members.put(member, value);
    return new Problem(status, code, detail, retryAfter, members);
  }

  /** The problem's type as a URI. */
  public String getType() {
    return "urn:annulus:problem:" + code;
  }

  /** The problem's title. */
  public String getTitle() {
    String words = code.replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** An exception with this problem. */
  public ProblemException toException() {
    return new ProblemException(this);
  }
}
