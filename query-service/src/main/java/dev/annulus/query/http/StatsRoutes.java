package dev.annulus.query.http;

import dev.annulus.model.MetricIds;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.Capacity;
import dev.annulus.store.Cardinality;
import dev.annulus.store.Cardinality.By;
import dev.annulus.store.Cardinality.Group;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /stats/cardinality}: which names and tags the series come from; {@code GET
 * /stats/capacity}: bytes promised and used.
 */
public final class StatsRoutes implements Routes {
  private static final int DEFAULT_GROUPS = 20;
  private static final int MAX_GROUPS = 1_000;

  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_PAGE = 1_000;

  private final Cardinality cardinality;
  private final Capacity capacity;
  private final Reads reads;

  public StatsRoutes(Cardinality cardinality, Capacity capacity, Reads reads) {
    this.cardinality = cardinality;
    this.capacity = capacity;
    this.reads = reads;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/stats/cardinality", this::cardinality, Scope.QUERY);
    routes.get("/stats/capacity", this::capacity, Scope.QUERY);
  }

  private void cardinality(Context ctx) {
    By by = by(ctx.queryParam("by"));
    int limit = (int) Requests.number(ctx, "limit", DEFAULT_GROUPS, 1, MAX_GROUPS);
    reads.answer(
        ctx, running -> answer(by, running.await(cardinality.largest(by, limit, running::check))));
  }

  private void capacity(Context ctx) {
    int limit = (int) Requests.number(ctx, "limit", DEFAULT_PAGE, 1, MAX_PAGE);
    long after = Requests.number(ctx, "cursor", -1, -1, MetricIds.MAX);
    reads.answer(
        ctx,
        running ->
            answer(
                running.await(capacity.total(running::check)),
                running.await(capacity.page(after, limit + 1, running::check)),
                limit));
  }

  private static Map<String, Object> answer(
      Capacity.Total total, List<Capacity.Item> page, int limit) {
    boolean more = page.size() > limit;
    List<Capacity.Item> shown = more ? page.subList(0, limit) : page;
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("metrics", total.metrics());
    answer.put("slots", total.slots());
    answer.put("promised_bytes", total.promised());
    answer.put("used_bytes", total.used());
    answer.put("items", shown.stream().map(StatsRoutes::item).toList());
    if (more) {
      answer.put("cursor", Long.toString(shown.get(limit - 1).metric().id()));
    }
    return answer;
  }

  private static Map<String, Object> item(Capacity.Item item) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("metric_id", item.metric().id());
    fields.put("name", item.metric().key().name());
    fields.put("step", item.metric().ring().geometry().stepSeconds());
    fields.put("slots", item.metric().ring().geometry().slots());
    fields.put("step_ms", item.metric().ring().geometry().stepMillis());
    fields.put("promised_bytes", item.promised());
    fields.put("used_bytes", item.used());
    return fields;
  }

  private static By by(@Nullable String parameter) {
    return switch (parameter == null ? "name" : parameter) {
      case "name" -> By.NAME;
      case "tag" -> By.TAG;
      case "value" -> By.VALUE;
      default ->
          throw Problem.badRequest("by: must be name, tag or value, got " + parameter)
              .toException();
    };
  }

  private static Map<String, Object> answer(By by, Cardinality.Report report) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("by", by.name().toLowerCase(Locale.ROOT));
    answer.put("total", report.total());
    answer.put("items", report.groups().stream().map(group -> item(by, group)).toList());
    return answer;
  }

  private static Map<String, Object> item(By by, Group group) {
    Map<String, Object> item = new LinkedHashMap<>();
    if (by == By.VALUE) {
      item.put("key", group.key());
    }
    item.put("value", by == By.TAG ? group.key() : String.valueOf(group.value()));
    item.put("series", group.series());
    if (by == By.TAG) {
      item.put("values", group.values());
    }
    return item;
  }
}
