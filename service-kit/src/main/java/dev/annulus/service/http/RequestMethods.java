package dev.annulus.service.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what clients call a method out of routing, metrics and memory: Javalin takes the method
 * from a header if there is one, remembers every method it has ever seen, and fails on some. A
 * method that HTTP does not define arrives as {@value #OTHER}, and the header is not seen. HEAD
 * arrives as GET: it is answered as that, and Jetty leaves out the body.
 */
final class RequestMethods {
  /** What any other method is called. */
  static final String OTHER = "OTHER";

  private static final String OVERRIDE = "X-HTTP-Method-Override";
  private static final Set<String> KNOWN =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private RequestMethods() {}

  /** The request as routes may see it. */
  static HttpServletRequest plain(HttpServletRequest request) {
    String method = request.getMethod();
    String routed = method.equals("HEAD") ? "GET" : KNOWN.contains(method) ? method : OTHER;
    return routed.equals(method) && request.getHeader(OVERRIDE) == null
        ? request
        : new Plain(request, routed);
  }

  /** A method as a label: one of a fixed list. */
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
