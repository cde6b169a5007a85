package dev.annulus.service.http;

import dev.annulus.service.access.Scope;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;

/**
 * Answers every request that no other route takes with 503 and {@code Retry-After}. Comes after all
 * others.
 */
public final class StartingRoutes implements Routes {
  private final Duration retryAfter;
  private final Map<String, ProblemFormat> formats;

  /**
   * @param retryAfter when a client should try again
   * @param formats of problems, by path, as the routes to come have them
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
    // Those who ask it for text get the process' own metrics, and need the same scope as ever.
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
