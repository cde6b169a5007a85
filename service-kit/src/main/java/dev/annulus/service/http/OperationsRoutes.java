package dev.annulus.service.http;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import dev.annulus.service.access.Scope;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /livez}, {@code /readyz}, {@code /version} and the process's metrics in the formats of
 * Prometheus and OpenMetrics. If they are served at another path, {@code /metrics} returns them
 * too, to clients that ask for text explicitly.
 */
public final class OperationsRoutes implements Routes {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String SHARED_PATH = "/metrics";

  private final HealthChecks health;
  private final BuildInfo build;
  private final PrometheusMeterRegistry metrics;
  private final String metricsPath;

  /**
   * @param metricsPath where Prometheus text is served, such as {@code /-/metrics}
   */
  public OperationsRoutes(
      HealthChecks health, BuildInfo build, PrometheusMeterRegistry metrics, String metricsPath) {
    this.health = health;
    this.build = build;
    this.metrics = metrics;
    this.metricsPath = metricsPath;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/livez", this::live, Scope.ANYONE, Lane.AT_ONCE);
    routes.get("/readyz", this::ready, Scope.ANYONE, Lane.OPERATIONS);
    routes.get("/version", ctx -> ctx.json(build), Scope.ANYONE, Lane.AT_ONCE);
    routes.get(metricsPath, this::scrape, Scope.QUERY, Lane.OPERATIONS);
    if (!metricsPath.equals(SHARED_PATH)) {
      routes.beforeMatched(SHARED_PATH, this::negotiate);
    }
  }

  /** Whether a request for the shared path asks for text. */
  static boolean isScrape(String path, @Nullable String accept) {
    return path.equals(SHARED_PATH) && MetricsFormat.wantsText(accept);
  }

  private void negotiate(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) {
      return;
    }
    ctx.res().addHeader("Vary", "Accept");
    if (MetricsFormat.wantsText(ctx.header("Accept"))) {
      scrape(ctx);
      ctx.skipRemainingHandlers();
    }
  }

  private void scrape(Context ctx) {
    String type =
        MetricsFormat.prefersOpenMetrics(ctx.header("Accept")) ? OPEN_METRICS : PROMETHEUS_TEXT;
    ctx.contentType(type).result(metrics.scrape(type));
  }

  private void live(Context ctx) {
    Optional<String> failed = health.failed();
    ctx.status(failed.isEmpty() ? 200 : 503)
        .contentType("text/plain")
        .result(failed.map(what -> "failed: " + what + "\n").orElse("ok\n"));
  }

  private void ready(Context ctx) {
    Map<String, Optional<String>> results = health.run();
    boolean ready = results.values().stream().allMatch(Optional::isEmpty);
    boolean verbose = ctx.queryParam("verbose") != null;
    StringBuilder text = new StringBuilder();
    results.forEach(
        (name, problem) -> {
          if (verbose || problem.isPresent()) {
            text.append(problem.isEmpty() ? "[+] " : "[-] ").append(name);
            problem.ifPresent(words -> text.append(": ").append(words));
            text.append('\n');
          }
        });
    text.append(ready ? "ready\n" : "not ready\n");
    ctx.status(ready ? 200 : 503).contentType("text/plain").result(text.toString());
  }
}
