package dev.annulus.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.query.dashboards.DashboardFile;
import dev.annulus.query.dashboards.ProvidedDashboards;
import dev.annulus.service.access.Audit;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.JsonBody;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.Dashboards;
import dev.annulus.store.Dashboards.Dashboard;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code /dashboards}. An ETag is a dashboard's revision in hexadecimal. A
 * dashboard of a file hides a stored one of its slug and can only be read.
 */
public final class DashboardRoutes implements Routes {
  private static final int MAX_TITLE = 256;
  private static final int MAX_DEFINITION_BYTES = 90_000;

  /** Definitions are read with their titles, so few at a time. */
  private static final int LISTED_AT_ONCE = 32;

  private final Dashboards dashboards;
  private final ProvidedDashboards provided;
  private final Reads reads;
  private final AnswerLimits limits;
  private final ObjectMapper json = Json.mapper();

  public DashboardRoutes(
      Dashboards dashboards, ProvidedDashboards provided, Reads reads, AnswerLimits limits) {
    this.dashboards = dashboards;
    this.provided = provided;
    this.reads = reads;
    this.limits = limits;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/dashboards", this::list, Scope.QUERY);
    routes.get("/dashboards/{slug}", this::get, Scope.QUERY);
    routes.post("/dashboards", this::post, Scope.ADMIN);
    routes.put("/dashboards/{slug}", this::put, Scope.ADMIN);
    routes.delete("/dashboards/{slug}", this::delete, Scope.ADMIN);
  }

  private record Posted(
      @Nullable String slug, @Nullable String title, @Nullable JsonNode definition) {}

  private record Put(@Nullable String title, @Nullable JsonNode definition) {}

  /**
   * @param provided true for one of a file; else left out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Listed(String slug, String title, @Nullable Boolean provided) {}

  private void list(Context ctx) {
    reads.answer(
        ctx,
        running -> {
          NavigableMap<String, Listed> listed = new TreeMap<>();
          for (DashboardFile file : provided.all()) {
            listed.put(file.slug(), new Listed(file.slug(), file.title(), true));
          }
          ListBudget budget = new ListBudget(limits);
          boolean fits = true;
          String last = null;
          List<Dashboard> some;
          do {
            some = running.await(dashboards.list(last, LISTED_AT_ONCE));
            for (Dashboard dashboard : some) {
              last = dashboard.slug();
              fits = fits && budget.take(last + dashboard.title());
              if (fits) {
                listed.putIfAbsent(last, new Listed(last, dashboard.title(), null));
              }
            }
          } while (some.size() == LISTED_AT_ONCE && fits);
          return budget.answer("dashboards", List.copyOf(listed.values()));
        });
  }

  private void get(Context ctx) {
    String slug = slug(ctx.pathParam("slug"));
    Optional<DashboardFile> file = provided.get(slug);
    reads.answer(
        ctx,
        running ->
            file.isPresent()
                ? shown(ctx, file.get())
                : shown(ctx, running.await(dashboards.get(slug)).orElseThrow(() -> unknown(slug))));
  }

  private Map<String, Object> shown(Context ctx, Dashboard dashboard) {
    return shown(ctx, dashboard.revision(), dashboard.slug(), dashboard.title(), parsed(dashboard));
  }

  private static Map<String, Object> shown(Context ctx, DashboardFile file) {
    Map<String, Object> answer =
        shown(ctx, file.revision(), file.slug(), file.title(), file.definition());
    answer.put("provided", true);
    return answer;
  }

  private static Map<String, Object> shown(
      Context ctx, long revision, String slug, String title, JsonNode definition) {
    ctx.header("ETag", etag(revision));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("slug", slug);
    answer.put("title", title);
    answer.put("definition", definition);
    return answer;
  }

  private void post(Context ctx) {
    Posted body = JsonBody.read(ctx, Posted.class);
    save(ctx, Requests.required("slug", body.slug()), body.title(), body.definition());
  }

  private void put(Context ctx) {
    Put body = JsonBody.read(ctx, Put.class);
    save(ctx, ctx.pathParam("slug"), body.title(), body.definition());
  }

  private void save(
      Context ctx, String givenSlug, @Nullable String givenTitle, @Nullable JsonNode definition) {
    String slug = changeable(givenSlug);
    String title = Requests.required("title", givenTitle);
    if (title.isBlank() || title.length() > MAX_TITLE) {
      throw Problem.badRequest("title: must have 1 to " + MAX_TITLE + " characters").toException();
    }
    String text = Requests.required("definition", definition).toString();
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_DEFINITION_BYTES) {
      throw Problem.of(
              413,
              "definition_too_large",
              "definition: may have at most " + MAX_DEFINITION_BYTES + " bytes as JSON")
          .toException();
    }
    Long expected = ifMatch(ctx);
    Requests.answer(
        ctx, () -> save(ctx, slug, title, text, expected).thenApply(saved -> saved(ctx, saved)));
  }

  private CompletableFuture<Dashboard> save(
      Context ctx, String slug, String title, String text, @Nullable Long expected) {
    boolean createOnly = "*".equals(ctx.header("If-None-Match"));
    return dashboards
        .put(slug, title, text, createOnly ? Long.valueOf(Dashboards.ABSENT) : expected)
        .thenApply(saved -> saved.orElseThrow(() -> changedMeanwhile(slug)));
  }

  private static Map<String, Object> saved(Context ctx, Dashboard dashboard) {
    ctx.header("ETag", etag(dashboard.revision()));
    Audit.record(ctx, "dashboard saved", "slug", dashboard.slug());
    return ok(dashboard.slug());
  }

  private void delete(Context ctx) {
    String slug = changeable(ctx.pathParam("slug"));
    Long expected = ifMatch(ctx);
    Requests.answer(
        ctx,
        () ->
            dashboards
                .delete(slug, expected)
                .thenApply(
                    change ->
                        switch (change) {
                          case DONE -> {
                            Audit.record(ctx, "dashboard deleted", "slug", slug);
                            yield ok(slug);
                          }
                          case ABSENT -> throw unknown(slug);
                          case OTHER_REVISION -> throw changedMeanwhile(slug);
                        }));
  }

  private JsonNode parsed(Dashboard dashboard) {
    try {
      return json.readTree(dashboard.definition());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("dashboard " + dashboard.slug() + " holds no JSON", e);
    }
  }

  private static Map<String, Object> ok(String slug) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", "ok");
    answer.put("slug", slug);
    return answer;
  }

  private String changeable(String given) {
    String slug = slug(given);
    provided
        .get(slug)
        .ifPresent(
            file -> {
              throw Problem.of(
                      409,
                      "provided_by_file",
                      "The dashboard "
                          + slug
                          + " comes from the file "
                          + file.file()
                          + " and can only be read.")
                  .with("hint", "Change the file, or save a copy under another slug.")
                  .toException();
            });
    return slug;
  }

  private static String slug(String slug) {
    if (!DashboardFile.isSlug(slug)) {
      throw Problem.badRequest(
              "slug: must have 1 to 128 letters, digits, dots, dashes or underscores, and start with"
                  + " a letter or digit")
          .toException();
    }
    return slug;
  }

  private static @Nullable Long ifMatch(Context ctx) {
    String header = ctx.header("If-Match");
    if (header == null || header.equals("*")) {
      return null;
    }
    String tag = header.trim();
    boolean quoted = tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\"");
    try {
      return Long.parseUnsignedLong(quoted ? tag.substring(1, tag.length() - 1) : "", 16);
    } catch (NumberFormatException e) {
      return -1L; // no revision has it, so the answer is 412
    }
  }

  private static String etag(long revision) {
    return '"' + Long.toHexString(revision) + '"';
  }

  private static RuntimeException unknown(String slug) {
    return Problem.notFound("There is no dashboard " + slug + ".").toException();
  }

  private static RuntimeException changedMeanwhile(String slug) {
    return Problem.of(
            412, "changed_meanwhile", "The dashboard " + slug + " was changed by someone else.")
        .with("hint", "Load it again, or save without If-Match to overwrite it.")
        .toException();
  }
}
