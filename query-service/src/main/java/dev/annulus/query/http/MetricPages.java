package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.query.http.MetricViews.Listed;
import dev.annulus.service.http.Problem;
import dev.annulus.store.RingStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the metric list. Without a search they go by id; with one by name, every name that
 * contains the text, and within a name by id. A cursor is the last id of the page before, with a
 * search {@code id/name}.
 */
final class MetricPages {
  private final RingStore store;

  MetricPages(RingStore store) {
    this.store = store;
  }

  CompletableFuture<Map<String, Object>> page(
      @Nullable String search, @Nullable String cursor, int limit) {
    if (search == null || search.isBlank()) {
      long after = cursor == null ? -1 : id(cursor);
      return store
          .registry()
          .list(after, limit + 1)
          .thenApply(found -> answer(found, limit, last -> Long.toString(last.id())));
    }
    return search(search.toLowerCase(Locale.ROOT), cursor, limit)
        .thenApply(found -> answer(found, limit, last -> last.id() + "/" + last.key().name()));
  }

  private CompletableFuture<List<Metric>> search(String text, @Nullable String cursor, int limit) {
    int slash = cursor == null ? -1 : cursor.indexOf('/');
    String fromName = cursor == null || slash < 0 ? "" : cursor.substring(slash + 1);
    long afterId = cursor == null || slash < 0 ? -1 : id(cursor.substring(0, slash));
    return store
        .search()
        .names()
        .thenCompose(
            names ->
                collect(
                    matching(names.tailSet(fromName), text),
                    fromName,
                    afterId,
                    limit + 1,
                    new ArrayList<>()));
  }

  private static List<String> matching(SortedSet<String> names, String text) {
    return names.stream().filter(name -> name.toLowerCase(Locale.ROOT).contains(text)).toList();
  }

  /** Takes one name after the other until the page is full. */
  private CompletableFuture<List<Metric>> collect(
      List<String> names, String fromName, long afterId, int wanted, List<Metric> found) {
    if (names.isEmpty() || found.size() >= wanted) {
      return CompletableFuture.completedFuture(found);
    }
    String name = names.get(0);
    long after = name.equals(fromName) ? afterId : -1;
    return store
        .search()
        .find(name, List.of(), after, wanted - found.size())
        .thenCompose(
            metrics -> {
              found.addAll(metrics);
              return collect(names.subList(1, names.size()), fromName, afterId, wanted, found);
            });
  }

  private interface Cursor {
    String of(Metric last);
  }

  private static Map<String, Object> answer(List<Metric> found, int limit, Cursor cursor) {
    List<Metric> page = found.subList(0, Math.min(limit, found.size()));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("metrics", Listed.of(page));
    if (found.size() > limit) {
      answer.put("next_cursor", cursor.of(page.get(page.size() - 1)));
    }
    return answer;
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Problem.badRequest("cursor: is not the next_cursor of a page").toException();
    }
  }
}
