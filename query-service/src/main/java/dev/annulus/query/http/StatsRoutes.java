package dev.annulus.query.http;

import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.Cardinality;
import dev.annulus.store.Cardinality.By;
import dev.annulus.store.Cardinality.Group;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /stats/cardinality}: which names and tags the series come from. */
public final class StatsRoutes implements Routes {
  private static final int DEFAULT_GROUPS = 20;
  private static final int MAX_GROUPS = 1_000;

  private final Cardinality cardinality;

  public StatsRoutes(Cardinality cardinality) {
    this.cardinality = cardinality;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/stats/cardinality", this::cardinality);
  }

  private void cardinality(Context ctx) {
    By by = by(ctx.queryParam("by"));
    int limit = (int) Requests.number(ctx, "limit", DEFAULT_GROUPS, 1, MAX_GROUPS);
    Requests.answer(
        ctx, () -> cardinality.largest(by, limit).thenApply(report -> answer(by, report)));
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
