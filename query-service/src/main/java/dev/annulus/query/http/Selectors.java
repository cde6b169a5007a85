package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import dev.annulus.service.http.Problem;
import dev.annulus.store.MetricSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the metrics that a query's selectors name. */
final class Selectors {
  private static final int MAX_MATCHES = 10_000;

  /** Metrics whose tags are read because a filter cannot be looked up. */
  private static final int MAX_SIFTED = 50_000;

  private final MetricSearch search;

  Selectors(MetricSearch search) {
    this.search = search;
  }

  /** By alias, the ids each selector matches; or a 400 problem if one matches nothing. */
  CompletableFuture<Map<String, List<Long>>> resolve(QueryRequest request) {
    List<String> aliases = request.aliases();
    List<QueryRequest.Selector> selectors =
        request.selectors() == null ? List.of() : request.selectors();
    CompletableFuture<Map<String, List<Long>>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (int i = 0; i < selectors.size(); i++) {
      String alias = aliases.get(i);
      QueryRequest.Selector selector = selectors.get(i);
      String where = "selectors[" + i + "]";
      all =
          all.thenCompose(
              found ->
                  ids(selector, where)
                      .thenApply(
                          ids -> {
                            found.put(alias, ids);
                            return found;
                          }));
    }
    return all;
  }

  private CompletableFuture<List<Long>> ids(QueryRequest.Selector selector, String where) {
    String name = Requests.required(where + ".metric", selector.metric());
    List<Tag> tags = new ArrayList<>();
    if (selector.tags() != null) {
      selector
          .tags()
          .forEach(
              (key, value) ->
                  tags.add(new Tag(key, Requests.required(where + ".tags." + key, value))));
    }
    TagFilters filters = TagFilters.of(selector.filters(), where + ".filters");
    tags.addAll(filters.exact());
    if (filters.others().isEmpty()) {
      return search
          .findIds(name, tags, -1, MAX_MATCHES + 1)
          .thenApply(ids -> checked(ids, name, where));
    }
    return search
        .find(name, tags, MAX_SIFTED + 1)
        .thenApply(
            metrics -> {
              if (metrics.size() > MAX_SIFTED) {
                throw tooMany(where, MAX_SIFTED);
              }
              List<Long> ids = metrics.stream().filter(filters::pass).map(Metric::id).toList();
              return checked(ids, name, where);
            });
  }

  private static List<Long> checked(List<Long> ids, String name, String where) {
    if (ids.isEmpty()) {
      throw Problem.of(
              400, "selector_matches_nothing", where + ": no metric " + name + " has these tags.")
          .toException();
    }
    if (ids.size() > MAX_MATCHES) {
      throw tooMany(where, MAX_MATCHES);
    }
    return ids;
  }

  private static RuntimeException tooMany(String where, int most) {
    return Problem.of(
            400,
            "selector_matches_too_many",
            where + ": matches more than " + most + " metrics; add tags.")
        .toException();
  }

  /**
   * The metrics a query may see: those given, or those its selectors match.
   *
   * @return null if neither is given
   */
  static @Nullable List<Long> metricIds(QueryRequest request, Map<String, List<Long>> selected) {
    Set<Long> matched = new TreeSet<>();
    selected.values().forEach(matched::addAll);
    if (request.metricIds() == null) {
      return matched.isEmpty() ? null : List.copyOf(matched);
    }
    if (!matched.isEmpty() && !matched.equals(new TreeSet<>(request.metricIds()))) {
      throw Problem.badRequest("metric_ids: differ from the metrics that the selectors match")
          .with("matched", matched)
          .toException();
    }
    return request.metricIds();
  }
}
