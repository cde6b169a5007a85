package dev.annulus.query.http;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.Metric;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SampleRules;
import dev.annulus.model.Tag;
import dev.annulus.model.Times;
import dev.annulus.service.access.Audit;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.JsonBody;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.MetricSearch;
import dev.annulus.store.RingStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Everything under {@code /metrics}. */
public final class MetricRoutes implements Routes {
  private static final int DEFAULT_PAGE = 1_000;
  private static final int MAX_PAGE = 10_000;
  private static final int DEFAULT_LOOKUP = 200;
  private static final int MAX_LOOKUP = 2_000;

  private final RingStore store;
  private final IngestLog log;
  private final Reads reads;
  private final SampleRules rules;
  private final AnswerLimits limits;
  private final MetricList pages;

  public MetricRoutes(
      RingStore store, IngestLog log, Reads reads, SampleRules rules, AnswerLimits limits) {
    this.store = store;
    this.log = log;
    this.reads = reads;
    this.rules = rules;
    this.limits = limits;
    this.pages = new MetricList(store);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/metrics", this::list, Scope.QUERY);
    routes.get("/api/v1/metrics", this::list, Scope.QUERY);
    routes.get("/metrics/names", this::names, Scope.QUERY);
    routes.post("/metrics/lookup", this::lookup, Scope.QUERY);
    routes.post("/metrics/tag-values", this::tagValues, Scope.QUERY);
    routes.post("/metrics/{id}/retention", this::changeRetention, Scope.ADMIN);
    routes.delete("/metrics/{id}", this::delete, Scope.ADMIN);
  }

  private record Lookup(
      @Nullable String name,
      @Nullable Map<String, String> tags,
      @Nullable Integer limit,
      @Nullable String after) {}

  private record Named(@Nullable String name, @Nullable String after) {}

  private record Retention(@Nullable Long step, @Nullable Long stepMs, @Nullable Long slots) {}

  private void list(Context ctx) {
    int limit = (int) Requests.number(ctx, "limit", DEFAULT_PAGE, 1, MAX_PAGE);
    String search = ctx.queryParam("search");
    String cursor = ctx.queryParam("cursor");
    reads.answer(
        ctx, ctx.queryParam("after"), running -> pages.page(running, search, cursor, limit));
  }

  private void names(Context ctx) {
    reads.answer(
        ctx,
        ctx.queryParam("after"),
        running -> {
          List<String> names = new ArrayList<>();
          ListBudget budget = new ListBudget(limits);
          Iterator<String> all = pages.names(running);
          while (all.hasNext()) {
            String name = all.next();
            if (!budget.take(name)) {
              break;
            }
            names.add(name);
          }
          return budget.answer("names", names);
        });
  }

  private void lookup(Context ctx) {
    reads.hold(ctx);
    Lookup request = JsonBody.read(ctx, Lookup.class);
    int limit = request.limit() == null ? DEFAULT_LOOKUP : request.limit();
    if (limit < 1 || limit > MAX_LOOKUP) {
      throw Problem.badRequest("limit: must be from 1 to " + MAX_LOOKUP + ", got " + limit)
          .toException();
    }
    List<Tag> tags = new ArrayList<>();
    if (request.tags() != null) {
      request.tags().forEach((key, value) -> tags.add(tag(key, value)));
    }
    reads.answer(
        ctx,
        token(ctx, request.after()),
        running -> pages.lookup(running, request.name(), tags, limit));
  }

  private static Tag tag(String key, @Nullable String value) {
    return new Tag(key, Requests.required("tags." + key, value));
  }

  private void tagValues(Context ctx) {
    reads.hold(ctx);
    Named request = JsonBody.isBlank(ctx) ? new Named(null, null) : JsonBody.read(ctx, Named.class);
    reads.answer(
        ctx,
        token(ctx, request.after()),
        running -> {
          MetricSearch.TagValues found =
              running.await(
                  store
                      .search()
                      .tagValues(
                          request.name(), limits.listed(), limits.listedBytes(), running::check));
          Map<String, Object> answer = new LinkedHashMap<>();
          answer.put("tags", found.byKey());
          if (found.truncated()) {
            answer.put("truncated", true);
          }
          return answer;
        });
  }

  private void changeRetention(Context ctx) {
    long id = Requests.pathId(ctx);
    Retention request = JsonBody.read(ctx, Retention.class);
    RingGeometry geometry = geometry(request);
    Requests.answer(
        ctx,
        () ->
            existing(id)
                .thenCompose(
                    metric -> {
                      if (metric.type() == MetricType.COUNTER) {
                        throw Problem.of(
                                400,
                                "counter_retention",
                                "The retention of a counter cannot be changed; only gauges' can.")
                            .toException();
                      }
                      return store.retention().change(id, geometry);
                    })
                .thenApply(changed -> retentionAnswer(ctx, id, changed)));
  }

  private RingGeometry geometry(Retention request) {
    long stepMillis = stepMillis(request);
    long slots = Requests.required("slots", request.slots());
    try {
      rules.checkGeometry(stepMillis, slots);
    } catch (InvalidSampleException e) {
      throw Problem.badRequest(e.describe()).toException();
    }
    RingGeometry geometry = new RingGeometry(stepMillis, (int) slots);
    if (!geometry.hasWholeSeconds() && !store.keepsMillis()) {
      throw Problem.badRequest(
              "step_ms: must be a multiple of 1000: this database keeps whole seconds until"
                  + " annulus convert has moved it to layout 2")
          .toException();
    }
    return geometry;
  }

  private static long stepMillis(Retention request) {
    Long stepMs = request.stepMs();
    if (stepMs == null) {
      return Times.millis(Requests.required("step", request.step()));
    }
    if (request.step() != null && Times.millis(request.step()) != stepMs) {
      throw Problem.badRequest("step_ms: must be as long as step, " + request.step() + " s")
          .toException();
    }
    return stepMs;
  }

  private static Map<String, Object> retentionAnswer(
      Context ctx, long id, Optional<Metric> changed) {
    RingGeometry geometry = changed.orElseThrow(() -> unknown(id)).ring().geometry();
    Audit.record(ctx, "retention changed", "metric_id", id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", "ok");
    answer.put("metric_id", id);
    answer.put("step", geometry.stepSeconds());
    answer.put("slots", geometry.slots());
    answer.put("step_ms", geometry.stepMillis());
    return answer;
  }

  /** Marks where the log ends first: what is in it by now must not bring the metric back. */
  private void delete(Context ctx) {
    long id = Requests.pathId(ctx);
    Requests.answer(
        ctx,
        () ->
            existing(id)
                .thenCompose(metric -> log.ends())
                .thenCompose(ends -> store.registry().delete(id, ends))
                .thenApply(
                    deleted -> {
                      if (!deleted) {
                        throw unknown(id);
                      }
                      Audit.record(ctx, "metric deleted", "metric_id", id);
                      Map<String, Object> answer = new LinkedHashMap<>();
                      answer.put("status", "ok");
                      answer.put("metric_id", id);
                      return answer;
                    }));
  }

  private CompletableFuture<Metric> existing(long id) {
    return store.registry().get(id).thenApply(found -> found.orElseThrow(() -> unknown(id)));
  }

  static RuntimeException unknown(long id) {
    return Problem.notFound("There is no metric with metric_id " + id + ".").toException();
  }

  private static @Nullable String token(Context ctx, @Nullable String fromBody) {
    return fromBody != null ? fromBody : ctx.queryParam("after");
  }
}
