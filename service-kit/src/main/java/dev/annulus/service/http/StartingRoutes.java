package dev.annulus.service.http;

import dev.annulus.service.access.Scope;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;

/**
 * Responds with 503 and {@code Retry-After} to every request without a route during start-up. Must
 * be registered last.
 */
public final class StartingRoutes implements Routes {
  private final Duration retryAfter;
  private final Map<String, ProblemFormat> formats;

  /**
   * @param retryAfter sent to clients
   * @param formats of problems by path, as of the later routes
   */
  public StartingRoutes(Duration retryAfter, Map<String, ProblemFormat> formats) {
    this.retryAfter = retryAfter;
    this.formats = Map.copyOf(formats);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    return formats;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    // Clients that ask for text get the process's metrics, with the usual scope.
    routes.get("/metrics", this::refuse, Scope.QUERY);
    routes.get("/<path>", this::refuse, Scope.ANYONE);
    routes.post("/<path>", this::refuse, Scope.ANYONE);
    routes.put("/<path>", this::refuse, Scope.ANYONE);
    routes.delete("/<path>", this::refuse, Scope.ANYONE);
  }

  private void refuse(Context ctx) {
    throw Problem.unavailable("starting", "Annulus is still starting.", retryAfter).toException();
  }
}
