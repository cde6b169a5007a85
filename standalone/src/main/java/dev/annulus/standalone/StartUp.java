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
 * The HTTP server from the first moment on. Until everything is there it answers 503, with the
 * application's start-up page where a page is asked for, and {@code /readyz} tells how far the
 * start has come. A port that is taken is known before anything else is touched. Thread-safe.
 */
final class StartUp {
  /** The check that fails meanwhile; the application knows it by this name. */
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

  /** Health, version and own metrics, which are there all the time. */
  static Routes operations(Parts parts) {
    return new OperationsRoutes(parts.health(), BuildInfo.load(), parts.metrics(), "/-/metrics");
  }

  /** Says what is done next. */
  void next(String what) {
    stage = what;
  }

  /** Serves these from now on; readiness is then up to the other checks. */
  HttpServer serve(List<Routes> routes) {
    http.replaceRoutes(routes);
    // Requests need the parts opened since it started to listen: it closes before them.
    parts.open(http);
    health.remove(CHECK);
    return http;
  }
}
