package dev.annulus.query.http.prometheus;

import dev.annulus.model.Metric;
import dev.annulus.model.MetricType;
import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Parser;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.http.AnswerStream;
import dev.annulus.query.http.Reads;
import dev.annulus.query.prometheus.FoundSeries;
import dev.annulus.query.prometheus.LabelSets;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.prometheus.SeriesFinder;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import dev.annulus.store.MetricSearch;
import dev.annulus.store.Registry;
import dev.annulus.store.RingStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code labels}, {@code label/{name}/values}, {@code series} and {@code metadata} under {@code
 * /api/v1}: from the index alone. A range of time is checked, and does not narrow the answer.
 */
public final class LabelRoutes implements Routes {
  private static final String CUT = "results truncated due to limit";
  private static final int PAGE = 500;

  private final PromqlQueries queries;
  private final MetricSearch search;
  private final Registry registry;
  private final Reads reads;
  private final int mostListed;

  /**
   * @param mostListed names or values of one answer
   */
  public LabelRoutes(PromqlQueries queries, RingStore store, Reads reads, int mostListed) {
    this.queries = queries;
    this.search = store.search();
    this.registry = store.registry();
    this.reads = reads;
    this.mostListed = mostListed;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/labels", this::labels, Scope.QUERY);
    routes.post("/api/v1/labels", this::labels, Scope.QUERY);
    routes.get("/api/v1/label/{name}/values", this::values, Scope.QUERY);
    routes.get("/api/v1/series", this::series, Scope.QUERY);
    routes.post("/api/v1/series", this::series, Scope.QUERY);
    routes.get("/api/v1/metadata", this::metadata, Scope.QUERY);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    PrometheusErrors errors = new PrometheusErrors();
    return Map.of(
        "/api/v1/labels", errors,
        "/api/v1/label/", errors,
        "/api/v1/series", errors,
        "/api/v1/metadata", errors);
  }

  private record Request(ApiParameters parameters, List<List<LabelMatcher>> matches, int limit) {}

  private Request request(Context ctx) {
    ApiParameters parameters = new ApiParameters(ctx);
    long start = parameters.time("start", Long.MIN_VALUE);
    if (parameters.time("end", Long.MAX_VALUE) < start) {
      throw ApiParameters.invalid("end", "end timestamp must not be before start timestamp");
    }
    List<List<LabelMatcher>> matches = new ArrayList<>();
    for (String match : parameters.all("match[]")) {
      matches.add(matchers(match));
    }
    return new Request(parameters, matches, Math.min(mostListed, parameters.limit()));
  }

  private static List<LabelMatcher> matchers(String match) {
    try {
      return Parser.parseSelector(match);
    } catch (PromqlException e) {
      throw ApiParameters.invalid("match[]", String.valueOf(e.getMessage()));
    }
  }

  private interface Answer {
    void write(QueryBudget budget, JsonAnswer json) throws IOException;
  }

  private void answer(Context ctx, ApiParameters parameters, Answer answer) {
    long arrived = System.nanoTime();
    String query = ctx.queryString();
    String line = ctx.method().name() + " " + ctx.path() + (query == null ? "" : "?" + query);
    ctx.future(
        () ->
            reads
                .query(
                    ctx,
                    line,
                    arrived,
                    parameters.timeout(queries.limits().timeout()),
                    parameters.optional("after"),
                    running -> run(ctx, running, answer))
                .exceptionally(
                    failure -> {
                      throw PrometheusErrors.of(failure);
                    }));
  }

  private void run(Context ctx, RunningQuery running, Answer answer) {
    AnswerStream out = new AnswerStream(ctx, JsonAnswer.MEDIA_TYPE, running);
    try (QueryBudget budget = queries.budget(running.timeLeft(), running.cancel())) {
      try (JsonAnswer json = new JsonAnswer(out)) {
        json.raw("{\"status\":\"success\",\"data\":");
        answer.write(budget, json);
        json.raw("}");
      }
      out.finish(false);
    } catch (SqlException e) {
      running.fail();
      out.abort(PrometheusErrors.of(e));
    } catch (IOException e) {
      running.cancel().cancel(); // the client has gone; there is nobody to tell
    }
  }

  private void labels(Context ctx) {
    Request request = request(ctx);
    answer(
        ctx,
        request.parameters(),
        (budget, json) -> {
          Listed listed = new Listed(budget, request.limit());
          if (request.matches().isEmpty()) {
            budget.await(
                search.visitNames(
                    "",
                    any -> {
                      listed.add(Labels.METRIC_NAME);
                      return false;
                    }));
            budget.await(
                search.visitTagKeys(
                    key ->
                        listed.add(
                            key.equals(Labels.METRIC_NAME) ? LabelSets.EXPORTED_NAME : key)));
          } else {
            visit(request, budget, listed, series -> listed.addNames(series.labels()));
          }
          listed.write(json);
        });
  }

  private void values(Context ctx) {
    String label = EscapedNames.unescape(ctx.pathParam("name"));
    Request request = request(ctx);
    answer(
        ctx,
        request.parameters(),
        (budget, json) -> {
          Listed listed = new Listed(budget, request.limit());
          if (!request.matches().isEmpty()) {
            visit(request, budget, listed, series -> listed.addAny(series.labels().get(label)));
          } else {
            queries.values().visit(label, budget, listed::add);
          }
          listed.write(json);
        });
  }

  private void visit(
      Request request, QueryBudget budget, Listed listed, Predicate<FoundSeries> visitor) {
    for (List<LabelMatcher> matchers : request.matches()) {
      if (listed.isCut()) {
        return;
      }
      queries.finder().visit(matchers, budget, visitor);
    }
  }

  private void series(Context ctx) {
    Request request = request(ctx);
    if (request.matches().isEmpty()) {
      throw ApiParameters.badData("no match[] parameter provided");
    }
    answer(
        ctx,
        request.parameters(),
        (budget, json) -> {
          Collection<FoundSeries> found = found(request, budget);
          int count = 0;
          json.raw("[");
          for (FoundSeries one : found) {
            if (count == request.parameters().limit()) {
              break;
            }
            if (count % 256 == 0) {
              budget.check();
            }
            json.comma(count++ == 0).labels(one.labels());
          }
          json.raw("]");
          if (found.size() > count) {
            warning(json);
          }
        });
  }

  private Collection<FoundSeries> found(Request request, QueryBudget budget) {
    if (request.matches().size() == 1) {
      return queries.finder().find(request.matches().get(0), budget);
    }
    Map<Long, FoundSeries> found = new LinkedHashMap<>();
    for (List<LabelMatcher> matchers : request.matches()) {
      for (FoundSeries one : queries.finder().find(matchers, budget)) {
        found.putIfAbsent(one.metricId(), one);
      }
      if (found.size() > budget.maxMetrics()) {
        throw SeriesFinder.tooMany(budget);
      }
    }
    return found.values();
  }

  private static void warning(JsonAnswer json) throws IOException {
    json.raw(",\"warnings\":[").text(CUT).raw("]");
  }

  /** Texts, each once and sorted, up to a limit. The index gives them in order. */
  private static final class Listed {
    /** Between two looks at the budget. */
    private static final int AT_ONCE = 256;

    /** Of a text beside its characters. */
    private static final int TEXT_BYTES = 128;

    private final QueryBudget budget;
    private final int limit;
    private final List<String> ascending = new ArrayList<>();

    /** All texts, once one has come out of order. */
    private @Nullable TreeSet<String> sorted;

    private boolean cut;
    private int seen;
    private long unheld;

    Listed(QueryBudget budget, int limit) {
      this.budget = budget;
      this.limit = limit;
    }

    /** Adds a text that is there; false if there are enough. */
    boolean add(String text) {
      if (++seen % AT_ONCE == 0) {
        budget.check();
        budget.hold(unheld);
        unheld = 0;
      }
      if (cut || isThere(text)) {
        return !cut;
      }
      if (texts().size() == limit) {
        cut = true;
        return false;
      }
      unheld += TEXT_BYTES + 2L * text.length();
      texts().add(text);
      return true;
    }

    private Collection<String> texts() {
      return sorted == null ? ascending : sorted;
    }

    private boolean isThere(String text) {
      if (sorted == null && !ascending.isEmpty()) {
        int order = text.compareTo(ascending.get(ascending.size() - 1));
        if (order < 0) {
          sorted = new TreeSet<>(ascending);
          ascending.clear();
        } else {
          return order == 0;
        }
      }
      return sorted != null && sorted.contains(text);
    }

    /** Adds a text, if it is one; false if there are enough. */
    boolean addAny(String text) {
      return text.isEmpty() ? !cut : add(text);
    }

    /** Adds the names of labels; false if there are enough. */
    boolean addNames(Labels labels) {
      labels.forEach((name, value) -> add(name));
      return !cut;
    }

    /** Whether there are more texts than are listed. */
    boolean isCut() {
      return cut;
    }

    void write(JsonAnswer json) throws IOException {
      budget.hold(unheld);
      json.raw("[");
      boolean first = true;
      for (String text : texts()) {
        json.comma(first).text(text);
        first = false;
      }
      json.raw("]");
      if (cut) {
        warning(json);
      }
    }
  }

  private void metadata(Context ctx) {
    Request request = request(ctx);
    String metric = request.parameters().optional("metric");
    answer(
        ctx,
        request.parameters(),
        (budget, json) -> {
          List<Metric> metrics =
              metric == null ? ofNames(request.limit(), budget) : of(metric, budget);
          Map<String, MetricType> types = new HashMap<>();
          json.raw("{");
          for (Metric one : metrics) {
            if (types.putIfAbsent(one.key().name(), one.type()) == null) {
              json.comma(types.size() == 1).text(one.key().name()).raw(":[{\"type\":");
              json.text(one.type().label()).raw(",\"help\":\"\",\"unit\":\"\"}]");
            }
          }
          json.raw("}");
        });
  }

  private List<Metric> of(String name, QueryBudget budget) {
    return budget.await(search.find(name, List.of(), 1));
  }

  /** One metric of each name. */
  private List<Metric> ofNames(int limit, QueryBudget budget) {
    List<Long> ids = new ArrayList<>();
    budget.await(
        search.visitNames(
            (name, id) -> {
              budget.hold(1_000);
              ids.add(id);
              return ids.size() < limit;
            }));
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < ids.size(); i += PAGE) {
      metrics.addAll(budget.await(registry.get(ids.subList(i, Math.min(ids.size(), i + PAGE)))));
    }
    return metrics;
  }
}
