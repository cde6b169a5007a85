package dev.annulus.query.http;

import dev.annulus.query.exec.QueryRunner;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlCursor;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.JsonBody;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.MetricSearch;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /query}, {@code GET /queries}, {@code GET /queries/slow}, {@code DELETE
 * /queries/{id}}.
 */
public final class QueryRoutes implements Routes {
  private final SqlEngine engine;
  private final QueryRunner runner;
  private final Reads reads;
  private final SelectorSearch selectors;
  private final AnswerLimits limits;
  private final InstantSource clock;
  private final Counter truncated;

  public QueryRoutes(
      SqlEngine engine,
      QueryRunner runner,
      Reads reads,
      MetricSearch search,
      AnswerLimits limits,
      InstantSource clock,
      MeterRegistry metrics) {
    this.engine = engine;
    this.runner = runner;
    this.reads = reads;
    this.selectors = new SelectorSearch(search);
    this.limits = limits;
    this.clock = clock;
    this.truncated =
        Counter.builder("annulus.queries.truncated")
            .description(
                "Results cut off at a bound on rows or bytes, the server's or the client's")
            .register(metrics);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/query", this::query, Scope.QUERY);
    routes.get("/queries", this::list, Scope.QUERY);
    routes.get("/queries/slow", this::slow, Scope.QUERY);
    routes.delete("/queries/{id}", this::cancel, Scope.QUERY);
  }

  private void query(Context ctx) {
    long arrived = System.nanoTime();
    reads.hold(ctx);
    QueryRequest request = JsonBody.read(ctx, QueryRequest.class);
    request.check(limits.selectors());
    ResultFormat format = format(ctx);
    String token = request.after() != null ? request.after() : ctx.queryParam("after");
    ctx.future(
        () ->
            reads
                .query(
                    ctx,
                    request.requiredSql(),
                    arrived,
                    timeout(request),
                    token,
                    running -> answer(ctx, running, request, format))
                .exceptionally(
                    failure -> {
                      throw Requests.problemOf(failure);
                    }));
  }

  private static ResultFormat format(Context ctx) {
    try {
      return ResultFormat.accepted(ctx.header("Accept")).withCsv(ctx.queryParam("csv"));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage())).toException();
    }
  }

  private Duration timeout(QueryRequest request) {
    Duration longest = engine.limits().timeout();
    if (request.timeoutMs() == null) {
      return longest;
    }
    Duration wanted = Duration.ofMillis(request.timeoutMs());
    return wanted.compareTo(longest) < 0 ? wanted : longest;
  }

  private void answer(
      Context ctx, RunningQuery running, QueryRequest request, ResultFormat format) {
    QueryTemplate template;
    SqlRequest sql;
    try {
      Map<String, List<Long>> selected =
          selectors.resolve(running, request, engine.limits().metrics());
      template =
          QueryTemplate.fill(
              request.requiredSql(), selected, numbers(request), engine.limits().sqlChars());
      sql = sqlRequest(running, request, template, SelectorSearch.metricIds(request, selected));
    } catch (SqlException e) {
      running.fail();
      throw SqlProblems.of(e).with("query_id", running.id()).toException();
    }
    execute(ctx, running, sql, template, format);
  }

  private void execute(
      Context ctx,
      RunningQuery running,
      SqlRequest sql,
      QueryTemplate template,
      ResultFormat format) {
    AnswerStream out = new AnswerStream(ctx, format.mediaType(), running);
    try (SqlCursor cursor = engine.query(sql, running.cancel())) {
      ResultWriter writer = format.writer(out);
      writer.begin(running.id(), cursor.columns());
      while (cursor.next()) {
        writer.row(writer.keepsRows() ? cursor.keptRow() : cursor.row());
      }
      writer.end(cursor.stats(), cursor.isTruncated());
      if (cursor.isTruncated()) {
        truncated.increment();
      }
      out.finish(cursor.isTruncated());
    } catch (SqlException e) {
      running.fail();
      out.abort(SqlProblems.of(e, template, running.id()));
    } catch (IOException e) {
      running.cancel().cancel(); // the client has gone; there is nobody to tell
    }
  }

  private SqlRequest sqlRequest(
      RunningQuery running,
      QueryRequest request,
      QueryTemplate template,
      @Nullable List<Long> metricIds) {
    int rows = engine.limits().rows();
    return new SqlRequest(
        template.sql(),
        template.sets(),
        metricIds,
        request.startTs(),
        request.endTs(),
        running.timeLeft(),
        request.maxRows() == null ? rows : Math.min(rows, request.maxRows()));
  }

  private static Map<String, Long> numbers(QueryRequest request) {
    Map<String, Long> numbers = new HashMap<>();
    if (request.startTs() != null) {
      numbers.put("start_ts", request.startTs());
    }
    if (request.endTs() != null) {
      numbers.put("end_ts", request.endTs());
    }
    if (request.bucket() != null) {
      numbers.put("bucket", request.bucket());
    }
    return numbers;
  }

  private record Shown(
      String queryId, String sql, String client, String state, String since, long ageMs) {}

  private void list(Context ctx) {
    Instant now = clock.instant();
    ctx.json(
        Map.of(
            "queries",
            runner.queries().stream()
                .map(
                    q ->
                        new Shown(
                            q.id(),
                            q.sql(),
                            q.client(),
                            q.state().name().toLowerCase(Locale.ROOT),
                            q.since().toString(),
                            Duration.between(q.since(), now).toMillis()))
                .toList()));
  }

  private record ShownSlow(
      String queryId, String sql, String client, String ended, long elapsedMs, String outcome) {}

  private void slow(Context ctx) {
    ctx.json(
        Map.of(
            "queries",
            runner.slowQueries().stream()
                .map(
                    q ->
                        new ShownSlow(
                            q.id(),
                            q.sql(),
                            q.client(),
                            q.ended().toString(),
                            q.elapsed().toMillis(),
                            q.outcome().name().toLowerCase(Locale.ROOT)))
                .toList()));
  }

  private void cancel(Context ctx) {
    String id = ctx.pathParam("id");
    if (!runner.cancel(id)) {
      throw Problem.notFound("No query " + id + " is running.").toException();
    }
    ctx.json(Map.of("status", "ok", "query_id", id));
  }
}
