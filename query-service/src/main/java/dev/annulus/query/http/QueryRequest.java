package dev.annulus.query.http;

import dev.annulus.service.http.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /query}.
 *
 * @param metricIds the only metrics the query sees; null to take them from the SQL
 * @param selectors named sets of metrics; null for none
 * @param startTs epoch seconds, inclusive; null for any
 * @param endTs epoch seconds, inclusive; null for any
 * @param after the token of a write that must be visible; null for none
 * @param timeoutMs a shorter deadline than the server's; null for the server's
 * @param maxRows fewer rows than the server's bound; null for the server's
 * @param bucket for the placeholder <code>{{bucket}}</code>, seconds; null if it is not used
 */
record QueryRequest(
    @Nullable String sql,
    @Nullable List<Long> metricIds,
    @Nullable List<Selector> selectors,
    @Nullable Long startTs,
    @Nullable Long endTs,
    @Nullable String after,
    @Nullable Long timeoutMs,
    @Nullable Integer maxRows,
    @Nullable Long bucket) {

  /**
   * Metrics by name and tags.
   *
   * @param metric the name
   * @param tags all of which a metric must have; null for none
   * @param filters all of which a metric must pass; null for none
   * @param alias how the SQL calls them; null for S1, S2, … by place in the list
   */
  record Selector(
      @Nullable String metric,
      @Nullable Map<String, String> tags,
      @Nullable List<Filter> filters,
      @Nullable String alias) {}

  /**
   * A condition on one tag. A metric without the tag counts as having it empty.
   *
   * @param op {@code =}, {@code !=}, or with a regular expression for the whole value {@code =~},
   *     {@code !~}; null for {@code =}
   */
  record Filter(@Nullable String tag, @Nullable String op, @Nullable String value) {}

  /** The SQL; required. */
  String requiredSql() {
    if (sql == null || sql.isBlank()) {
      throw Problem.badRequest("sql: is missing").toException();
    }
    return sql;
  }

  /** One of the selectors, which must be there. */
  Selector selector(int i) {
    Selector selector = selectors == null ? null : selectors.get(i);
    if (selector == null) {
      throw Problem.badRequest("selectors[" + i + "]: is missing").toException();
    }
    return selector;
  }

  /** The selectors' aliases, in order. */
  List<String> aliases() {
    List<String> aliases = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    List<Selector> all = selectors == null ? List.of() : selectors;
    for (int i = 0; i < all.size(); i++) {
      String given = selector(i).alias();
      String alias = given == null || given.isBlank() ? "S" + (i + 1) : given;
      if (!seen.add(alias)) {
        throw Problem.badRequest("selectors[%d].alias: %s is used twice".formatted(i, alias))
            .toException();
      }
      aliases.add(alias);
    }
    return aliases;
  }

  /**
   * Checks what needs no store.
   *
   * @param mostSelectors that may be given
   */
  void check(int mostSelectors) {
    requiredSql();
    if (selectors != null && selectors.size() > mostSelectors) {
      throw Problem.badRequest(
              "selectors: may be at most %d (query.max-selectors), got %d"
                  .formatted(mostSelectors, selectors.size()))
          .toException();
    }
    if (startTs != null && endTs != null && startTs > endTs) {
      throw Problem.badRequest("start_ts: must not be after end_ts").toException();
    }
    if (timeoutMs != null && timeoutMs < 1) {
      throw Problem.badRequest("timeout_ms: must be at least 1").toException();
    }
    if (maxRows != null && maxRows < 1) {
      throw Problem.badRequest("max_rows: must be at least 1").toException();
    }
    if (metricIds != null && metricIds.stream().anyMatch(id -> id == null)) {
      throw Problem.badRequest("metric_ids: must hold numbers only").toException();
    }
  }
}
