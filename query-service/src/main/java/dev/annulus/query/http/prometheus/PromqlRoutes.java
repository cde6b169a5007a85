package dev.annulus.query.http.prometheus;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.eval.PromqlEngine;
import dev.annulus.promql.eval.QueryEnvironment;
import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Parser;
import dev.annulus.promql.parser.PrettyPrinter;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.http.AnswerStream;
import dev.annulus.query.http.Reads;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code query}, {@code query_range}, {@code format_query} and {@code parse_query} under {@code
 * /api/v1}.
 */
public final class PromqlRoutes implements Routes {
  private static final int MAX_POINTS = 11_000;

  private final PromqlQueries queries;
  private final Reads reads;
  private final InstantSource clock;

  public PromqlRoutes(PromqlQueries queries, Reads reads, InstantSource clock) {
    this.queries = queries;
    this.reads = reads;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/query", this::instant, Scope.QUERY);
    routes.post("/api/v1/query", this::instant, Scope.QUERY);
    routes.get("/api/v1/query_range", this::range, Scope.QUERY);
    routes.post("/api/v1/query_range", this::range, Scope.QUERY);
    routes.get("/api/v1/format_query", this::format, Scope.QUERY);
    routes.post("/api/v1/format_query", this::format, Scope.QUERY);
    routes.get("/api/v1/parse_query", this::parse, Scope.QUERY);
    routes.post("/api/v1/parse_query", this::parse, Scope.QUERY);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    PrometheusErrors errors = new PrometheusErrors();
    Map<String, ProblemFormat> formats = new HashMap<>();
    for (String path : List.of("query", "query_range", "format_query", "parse_query")) {
      formats.put("/api/v1/" + path, errors);
    }
    return formats;
  }

  private interface Evaluation {
    QueryResult run(PromqlEngine engine, String query, QueryEnvironment environment);
  }

  private void instant(Context ctx) {
    ApiParameters parameters = new ApiParameters(ctx);
    long time = parameters.time("time", clock.millis());
    evaluate(
        ctx, parameters, (engine, query, environment) -> engine.instant(query, time, environment));
  }

  private void range(Context ctx) {
    ApiParameters parameters = new ApiParameters(ctx);
    long start = parameters.time("start");
    long end = parameters.time("end");
    if (end < start) {
      throw ApiParameters.invalid("end", "end timestamp must not be before start time");
    }
    long step = parameters.duration("step");
    if (step <= 0) {
      throw ApiParameters.invalid(
          "step",
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if ((end - start) / step > MAX_POINTS) {
      throw ApiParameters.badData(
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query"
              + " resolution (?step=XX)");
    }
    evaluate(
        ctx,
        parameters,
        (engine, query, environment) -> engine.range(query, start, end, step, environment));
  }

  private void evaluate(Context ctx, ApiParameters parameters, Evaluation evaluation) {
    long arrived = System.nanoTime();
    String query = query(parameters);
    int limit = parameters.limit();
    boolean stats = !parameters.get("stats").isEmpty();
    PromqlEngine engine = queries.engine(lookback(parameters));
    Duration timeout = parameters.timeout(queries.limits().timeout());
    ctx.future(
        () ->
            reads
                .query(
                    ctx,
                    query,
                    arrived,
                    timeout,
                    parameters.optional("after"),
                    running -> {
                      try (QueryBudget budget =
                              queries.budget(running.timeLeft(), running.cancel());
                          QueryResult result =
                              evaluation.run(engine, query, queries.environment(budget))) {
                        MatrixJson matrix =
                            new MatrixJson(queries.readers(), queries.environment(budget).budget());
                        write(
                            ctx,
                            running,
                            new PromqlAnswer(result, matrix, limit, stats ? arrived : -1));
                      }
                    })
                .exceptionally(
                    failure -> {
                      throw PrometheusErrors.of(failure);
                    }));
  }

  private static void write(Context ctx, RunningQuery running, PromqlAnswer answer) {
    AnswerStream out = new AnswerStream(ctx, JsonAnswer.MEDIA_TYPE, running);
    try (JsonAnswer json = new JsonAnswer(out)) {
      answer.write(json, running);
    } catch (SqlException e) {
      running.fail();
      out.abort(PrometheusErrors.of(e));
      return;
    } catch (IOException e) {
      running.cancel().cancel(); // the client has gone; there is nobody to tell
      return;
    }
    finish(out, running, answer.isTruncated());
  }

  private static void finish(AnswerStream out, RunningQuery running, boolean truncated) {
    try {
      out.finish(truncated);
    } catch (IOException e) {
      running.cancel().cancel();
    }
  }

  private static long lookback(ApiParameters parameters) {
    return parameters.get("lookback_delta").isEmpty()
        ? PromqlQueries.LOOKBACK_MILLIS
        : positive("lookback_delta", parameters.duration("lookback_delta"));
  }

  private static long positive(String name, long millis) {
    if (millis <= 0) {
      throw ApiParameters.invalid(name, "must be positive");
    }
    return millis;
  }

  private String query(ApiParameters parameters) {
    String query = parameters.get("query");
    int most = queries.limits().sqlChars();
    if (query.length() > most) {
      throw ApiParameters.invalid(
          "query", "may have at most %d characters (query.max-sql-chars)".formatted(most));
    }
    return query;
  }

  private void format(Context ctx) throws IOException {
    Expr expr = parsed(ctx);
    JsonBytes.answer(
        ctx,
        json ->
            json.raw("{\"status\":\"success\",\"data\":")
                .text(PrettyPrinter.format(expr))
                .raw("}"));
  }

  private void parse(Context ctx) throws IOException {
    Expr expr = parsed(ctx);
    JsonBytes.answer(
        ctx,
        json -> {
          json.raw("{\"status\":\"success\",\"data\":");
          new TreeJson(json).write(expr);
          json.raw("}");
        });
  }

  private Expr parsed(Context ctx) {
    try {
      return Parser.parse(query(new ApiParameters(ctx)));
    } catch (PromqlException e) {
      throw PrometheusErrors.of(e).toException();
    }
  }
}
