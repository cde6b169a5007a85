package dev.annulus.service.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Normalizes the methods that clients send: Javalin would take the method from an override header,
 * remember every method it has ever seen, and fail on some. A method that HTTP does not define
 * becomes {@value #OTHER}, and the header is ignored. HEAD becomes GET, and Jetty omits the body.
 */
final class RequestMethods {
  /** The name of any other method. */
  static final String OTHER = "OTHER";

  private static final String OVERRIDE = "X-HTTP-Method-Override";
  private static final Set<String> KNOWN =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private RequestMethods() {}

  /** The request as routes see it. */
  static HttpServletRequest plain(HttpServletRequest request) {
    String method = request.getMethod();
    String routed = method.equals("HEAD") ? "GET" : KNOWN.contains(method) ? method : OTHER;
    return routed.equals(method) && request.getHeader(OVERRIDE) == null
        ? request
        : new Plain(request, routed);
  }

  /** The label of a method: one of a fixed list. */
  static String label(String method) {
    return KNOWN.contains(method) ? method : "other";
  }

  private static final class Plain extends HttpServletRequestWrapper {
    private final String method;

    Plain(HttpServletRequest request, String method) {
      super(request);
      this.method = method;
    }

    @Override
    public String getMethod() {
      return method;
    }

    @Override
    public @Nullable String getHeader(String name) {
      return name.equalsIgnoreCase(OVERRIDE) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return name.equalsIgnoreCase(OVERRIDE)
          ? Collections.emptyEnumeration()
          : super.getHeaders(name);
    }
  }
}
