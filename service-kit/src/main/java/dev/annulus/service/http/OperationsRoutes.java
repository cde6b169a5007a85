package dev.annulus.service.http;

import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;

/** {@code /livez}, {@code /readyz}, {@code /version} and the process' own metrics. */
public final class OperationsRoutes implements Routes {
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

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
    routes.get("/livez", ctx -> ctx.contentType("text/plain").result("ok\n"));
    routes.get("/readyz", this::ready);
    routes.get("/version", ctx -> ctx.json(build));
    routes.get(metricsPath, ctx -> ctx.contentType(PROMETHEUS_TEXT).result(metrics.scrape()));
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
