package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.http.MetricViews.Listed;
import dev.annulus.service.http.Problem;
import dev.annulus.store.RingStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the metric list. Without a search they go by id; with one by name, every name that
 * contains the text, and within a name by id. A cursor is the last id of the page before, with a
 * search {@code id/name}.
 */
final class MetricList {
  private final RingStore store;

  MetricList(RingStore store) {
    this.store = store;
  }

  Map<String, Object> page(
      RunningQuery running, @Nullable String search, @Nullable String cursor, int limit) {
    if (search == null || search.isBlank()) {
      long after = cursor == null ? -1 : id(cursor);
      List<Metric> found = running.await(store.registry().list(after, limit + 1));
      return answer(found, limit, last -> Long.toString(last.id()));
    }
    List<Metric> found = search(running, search.toLowerCase(Locale.ROOT), cursor, limit + 1);
    return answer(found, limit, last -> last.id() + "/" + last.key().name());
  }

  private List<Metric> search(
      RunningQuery running, String text, @Nullable String cursor, int wanted) {
    int slash = cursor == null ? -1 : cursor.indexOf('/');
    if (cursor != null && slash < 0) {
      throw noCursor();
    }
    String fromName = cursor == null ? "" : cursor.substring(slash + 1);
    long afterId = cursor == null ? -1 : id(cursor.substring(0, slash));
    List<Metric> found = new ArrayList<>();
    for (String name : matching(running, text, fromName, wanted)) {
      long after = name.equals(fromName) ? afterId : -1;
      int missing = wanted - found.size();
      found.addAll(running.await(store.search().find(name, List.of(), after, missing)));
      if (found.size() == wanted) {
        break;
      }
    }
    return found;
  }

  /** As many names as are enough: each has a metric, but for the one the page before ended in. */
  private List<String> matching(RunningQuery running, String text, String fromName, int wanted) {
    List<String> names = new ArrayList<>();
    running.await(
        store
            .search()
            .visitNames(
                fromName,
                name -> {
                  running.check();
                  if (name.toLowerCase(Locale.ROOT).contains(text)) {
                    names.add(name);
                  }
                  return names.size() <= wanted;
                }));
    return names;
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
      throw noCursor();
    }
  }

  private static RuntimeException noCursor() {
    return Problem.badRequest("cursor: is not the next_cursor of a page").toException();
  }
}
