package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.service.http.Problem;
import dev.annulus.store.MetricSearch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the metrics that a query's selectors name. */
final class SelectorSearch {
  private static final int MAX_MATCHES = 10_000;

  /** Metrics whose tags are read because a filter cannot be looked up. */
  private static final int MAX_SIFTED = 50_000;

  private final MetricSearch search;

  SelectorSearch(MetricSearch search) {
    this.search = search;
  }

  /**
   * By alias, the ids each selector matches.
   *
   * @param most ids of all selectors together
   * @throws dev.annulus.service.http.ProblemException 400 if one matches nothing, or too many
   */
  Map<String, List<Long>> resolve(RunningQuery running, QueryRequest request, int most) {
    List<String> aliases = request.aliases();
    Map<String, List<Long>> all = new LinkedHashMap<>();
    int count = 0;
    for (int i = 0; i < aliases.size(); i++) {
      String where = "selectors[" + i + "]";
      List<Long> ids = ids(running, request.selector(i), where);
      count += ids.size();
      if (count > most) {
        throw tooMany("selectors", most);
      }
      all.put(aliases.get(i), ids);
    }
    return all;
  }

  private List<Long> ids(RunningQuery running, QueryRequest.Selector selector, String where) {
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
      return checked(running.await(search.findIds(name, tags, -1, MAX_MATCHES + 1)), name, where);
    }
    List<Metric> metrics = running.await(search.find(name, tags, MAX_SIFTED + 1));
    if (metrics.size() > MAX_SIFTED) {
      throw tooMany(where, MAX_SIFTED);
    }
    List<Long> ids = new ArrayList<>();
    for (Metric metric : metrics) {
      running.check();
      if (filters.pass(metric)) {
        ids.add(metric.id());
      }
    }
    return checked(ids, name, where);
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
