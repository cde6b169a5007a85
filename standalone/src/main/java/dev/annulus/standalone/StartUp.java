package dev.annulus.standalone;

import dev.annulus.ingest.ProtocolRoutes;
import dev.annulus.query.http.UiRoutes;
import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.OperationsRoutes;
import dev.annulus.service.http.Routes;
import dev.annulus.service.http.StartingRoutes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP server during start-up. Until everything is ready it responds with 503, with the
 * application's start-up page to browsers, and {@code /readyz} reports the progress. So a taken
 * port is reported before anything else happens. Thread-safe.
 */
final class StartUp {
  /** The check that fails until then; the application knows this name. */
  static final String CHECK = "start-up";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Parts parts;
  private final HealthChecks health;
  private final HttpServer http;
  private volatile String stage = "starting";

  private StartUp(Parts parts, HttpServer http) {
    this.parts = parts;
    this.health = parts.health();
    this.http = http;
  }

  /**
   * Starts listening.
   *
   * @throws HttpServer.BindException if the port is taken
   */
  static StartUp listen(HttpConfig config, Parts parts) {
    List<Routes> routes =
        List.of(
            operations(parts),
            UiRoutes.whileStarting(RETRY_AFTER),
            new StartingRoutes(RETRY_AFTER, ProtocolRoutes.problemFormats()));
    HttpServer http = parts.open(HttpServer.start(config, routes, parts.metrics()));
    parts.needs("the HTTP server", http.failure());
    StartUp startUp = new StartUp(parts, http);
    parts.health().add(CHECK, () -> Optional.of(startUp.stage));
    return startUp;
  }

  /** Health, version and metrics, which are always available. */
  static Routes operations(Parts parts) {
    return new OperationsRoutes(parts.health(), BuildInfo.load(), parts.metrics(), "/-/metrics");
  }

  /** Reports the next step. */
  void next(String what) {
    stage = what;
  }

  /** Switches to these routes; readiness then depends on the other checks. */
  HttpServer serve(List<Routes> routes) {
    http.replaceRoutes(routes);
    // Requests need components opened later, so the listener closes before them.
    parts.open(http);
    health.remove(CHECK);
    return http;
  }
}
