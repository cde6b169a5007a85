package dev.annulus.service.http;

import dev.annulus.service.access.Scope;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;

/**
 * Answers every request that no other route takes with 503 and {@code Retry-After}. Comes after all
 * others.
 */
public final class StartingRoutes implements Routes {
  private final Duration retryAfter;

  /**
   * @param retryAfter when a client should try again
   */
  public StartingRoutes(Duration retryAfter) {
    this.retryAfter = retryAfter;
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
