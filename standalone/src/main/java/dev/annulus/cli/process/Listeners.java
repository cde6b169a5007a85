package dev.annulus.cli.process;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.config.Settings;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.OperationsRoutes;
import dev.annulus.service.http.Routes;
import dev.annulus.standalone.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP listeners of a process.
 *
 * @param api the process's routes, with health, version and metrics
 * @param management health, version and metrics for clients without access to the API
 */
public record Listeners(HttpConfig api, Optional<HttpConfig> management) {

  /** Reads {@code http.*}, {@code auth.*} and {@code management.*}. */
  static Listeners from(Settings settings, String defaultPort) {
    HttpConfig api = HttpConfig.from(settings.defaultingTo("http.port", defaultPort));
    return new Listeners(api, api.management(settings));
  }

  /** Starts listening; returns the API's address. */
  String serve(List<? extends Routes> routes, Parts parts) {
    List<Routes> all = new ArrayList<>(routes);
    all.add(operations("/-/metrics", parts));
    HttpServer http = parts.open(HttpServer.start(api, all, parts.metrics()));
    parts.needs("the HTTP server", http.failure());
    management.ifPresent(
        config ->
            parts.open(
                HttpServer.start(config, List.of(operations("/metrics", parts)), parts.metrics())));
    String scheme = api.tls() == null ? "http" : "https";
    return scheme + "://" + api.host() + ":" + http.port() + api.basePath();
  }

  private static Routes operations(String metricsPath, Parts parts) {
    return new OperationsRoutes(parts.health(), BuildInfo.load(), parts.metrics(), metricsPath);
  }
}
