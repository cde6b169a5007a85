package dev.annulus.query.http.prometheus;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Parser;
import dev.annulus.service.BuildInfo;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Map;

/**
 * What Prometheus' clients ask besides series: {@code status/buildinfo}, and what is always empty
 * here: {@code rules}, {@code alerts} and {@code query_exemplars} under {@code /api/v1}.
 */
public final class PrometheusStatusRoutes implements Routes {
  /** The version whose API and PromQL this is: clients choose by it what they ask. */
  private static final String VERSION = "3.0.0";

  private final BuildInfo build = BuildInfo.load();

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/status/buildinfo", this::buildInfo, Scope.QUERY);
    routes.get("/api/v1/rules", this::rules, Scope.QUERY);
    routes.get("/api/v1/alerts", this::alerts, Scope.QUERY);
    routes.get("/api/v1/query_exemplars", this::exemplars, Scope.QUERY);
    routes.post("/api/v1/query_exemplars", this::exemplars, Scope.QUERY);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    PrometheusErrors errors = new PrometheusErrors();
    return Map.of(
        "/api/v1/status/buildinfo", errors,
        "/api/v1/rules", errors,
        "/api/v1/alerts", errors,
        "/api/v1/query_exemplars", errors);
  }

  private void buildInfo(Context ctx) throws IOException {
    JsonBytes.answer(
        ctx,
        json -> {
          json.raw("{\"status\":\"success\",\"data\":{\"version\":\"").raw(VERSION);
          json.raw("\",\"revision\":").text(build.commit());
          json.raw(",\"branch\":").text("annulus-" + build.version());
          json.raw(",\"buildUser\":\"\",\"buildDate\":").text(build.built());
          json.raw(",\"goVersion\":\"\"}}");
        });
  }

  private void rules(Context ctx) throws IOException {
    ApiParameters parameters = new ApiParameters(ctx);
    String type = parameters.get("type");
    if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
      throw ApiParameters.invalid("type", "not supported value \"" + type + "\"");
    }
    JsonBytes.answer(ctx, json -> json.raw("{\"status\":\"success\",\"data\":{\"groups\":[]}}"));
  }

  private void alerts(Context ctx) throws IOException {
    JsonBytes.answer(ctx, json -> json.raw("{\"status\":\"success\",\"data\":{\"alerts\":[]}}"));
  }

  private void exemplars(Context ctx) throws IOException {
    ApiParameters parameters = new ApiParameters(ctx);
    if (parameters.time("end", Long.MAX_VALUE) < parameters.time("start", Long.MIN_VALUE)) {
      throw ApiParameters.invalid("end", "end timestamp must not be before start timestamp");
    }
    try {
      Parser.parse(parameters.get("query"));
    } catch (PromqlException e) {
      throw PrometheusErrors.of(e).toException();
    }
    JsonBytes.answer(ctx, json -> json.raw("{\"status\":\"success\",\"data\":[]}"));
  }
}
