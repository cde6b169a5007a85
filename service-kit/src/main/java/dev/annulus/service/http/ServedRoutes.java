package dev.annulus.service.http;

import dev.annulus.service.access.Scope;
import io.javalin.Javalin;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.router.InternalRouter;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.jspecify.annotations.Nullable;

/**
 * The replaceable routes of a listener. A running Javalin accepts no new routes, so each set is a
 * separate Javalin that never listens: a filter passes every request to it. Thread-safe.
 *
 * <p>The only code below the public interfaces of Javalin ({@code unsafe}) and Jetty: upstream has
 * no way to replace routes at runtime and does not plan one (javalin/javalin#1230).
 */
final class ServedRoutes implements Filter {
  private volatile @Nullable InternalRouter router;
  private volatile Map<String, Lane> lanes = Map.of();
  private volatile @Nullable JavalinServlet replacement;
  private volatile ProblemFormats formats;
  private final String basePath;

  /**
   * @param basePath prefix of every path; empty for none
   * @param formats of the listener's own routes
   */
  ServedRoutes(String basePath, ProblemFormats formats) {
    this.basePath = basePath;
    this.formats = formats;
  }

  /** The filter in front of the listener's own routes. */
  void addTo(ServletContextHandler context) {
    FilterHolder holder = new FilterHolder(this);
    holder.setAsyncSupported(true);
    context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  /** Sets the listener's own routes. */
  void show(Javalin listener) {
    serve(listener);
  }

  /** Switches to another set, from the next request on. */
  void replace(Javalin other, ProblemFormats ofOther) {
    formats = ofOther;
    replacement = new JavalinServlet(other.unsafe);
    serve(other);
  }

  private void serve(Javalin routes) {
    Map<String, Lane> byPath = new HashMap<>();
    for (ParsedEndpoint route : routes.unsafe.internalRouter.allHttpHandlers()) {
      Roles roles = route.endpoint.metadata(Roles.class);
      if (roles != null && route.endpoint.method.isHttpMethod()) {
        byPath.merge(
            route.endpoint.path, laneOf(roles.getRoles()), (a, b) -> a.compareTo(b) < 0 ? a : b);
      }
    }
    lanes = Map.copyOf(byPath);
    router = routes.unsafe.internalRouter;
  }

  private static Lane laneOf(Set<RouteRole> roles) {
    for (RouteRole role : roles) {
      if (role instanceof Lane lane) {
        return lane;
      }
    }
    return roles.contains(Scope.INGEST) ? Lane.INGEST : Lane.READS;
  }

  /** The format of problems. */
  ProblemFormats problemFormats() {
    return formats;
  }

  /** A path without the base path; empty if it does not start with it. */
  String ownPath(String path) {
    return path.startsWith(basePath) ? path.substring(basePath.length()) : "";
  }

  /** The lane of a path, given without the base path. */
  Lane laneOf(String path) {
    return lanes.getOrDefault(path, Lane.READS);
  }

  InternalRouter router() {
    return Objects.requireNonNull(router);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest plain = RequestMethods.plain((HttpServletRequest) request);
    JavalinServlet other = replacement;
    if (other == null) {
      chain.doFilter(plain, response);
    } else {
      other.service(plain, response);
    }
  }
}
