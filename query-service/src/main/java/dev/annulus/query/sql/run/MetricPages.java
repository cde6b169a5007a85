package dev.annulus.query.sql.run;

import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics a metadata scan has to look at, page by page: by id if the ids are known, else by
 * name or tag through the indexes, else all of them. Every metric comes once.
 */
final class MetricPages {
  private static final int PAGE = 1_000;

  private final ExecutionContext context;
  private final ScanBounds bounds;
  private final @Nullable MetricIdSet ids;
  private @Nullable List<Metric> found;
  private int read;
  private long lastListed = -1;
  private boolean done;

  MetricPages(ExecutionContext context, ScanSpec spec, ScanBounds bounds) {
    this.context = context;
    this.bounds = bounds;
    this.ids = bounds.isEmpty() ? MetricIdSet.of(List.of()) : bounds.ids();
    if (ids == null) {
      found = spec.table() == StoreTable.METRICS ? named() : tagged();
    } else {
      StoreScans.checkCount(ids.size(), context.budget());
    }
  }

  /** The next metrics; empty after the last. A page may be smaller than the one before. */
  List<Metric> next() {
    while (!done) {
      context.budget().check();
      List<Metric> page = page();
      if (!page.isEmpty()) {
        return page;
      }
    }
    return List.of();
  }

  private List<Metric> page() {
    List<Metric> all = found;
    if (all != null) {
      done = true;
      return all;
    }
    return ids == null ? nextListed() : nextOf(ids);
  }

  private List<Metric> nextOf(MetricIdSet wanted) {
    int end = Math.min(wanted.size(), read + PAGE);
    List<Long> page = wanted.range(read, end);
    read = end;
    done = end == wanted.size();
    return page.isEmpty()
        ? List.of()
        : context.budget().await(context.store().registry().get(page));
  }

  private List<Metric> nextListed() {
    List<Metric> page = context.budget().await(context.store().registry().list(lastListed, PAGE));
    done = page.size() < PAGE;
    if (!page.isEmpty()) {
      lastListed = page.get(page.size() - 1).id();
      read += page.size();
      StoreScans.checkCount(read, context.budget());
    }
    return page;
  }

  private @Nullable List<Metric> named() {
    Set<String> names = bounds.texts(StoreTable.NAME);
    if (names == null) {
      return null;
    }
    SortedMap<Long, Metric> metrics = new TreeMap<>();
    names.forEach(name -> find(name, List.of(), metrics));
    return List.copyOf(metrics.values());
  }

  private @Nullable List<Metric> tagged() {
    Set<String> keys = bounds.texts(StoreTable.TAG_KEY);
    Set<String> values = bounds.texts(StoreTable.TAG_VALUE);
    if (keys == null || values == null) {
      return null;
    }
    SortedMap<Long, Metric> metrics = new TreeMap<>();
    for (String key : keys) {
      values.forEach(value -> find(null, List.of(new Tag(key, value)), metrics));
    }
    return List.copyOf(metrics.values());
  }

  private void find(@Nullable String name, List<Tag> tags, SortedMap<Long, Metric> metrics) {
    int limit = context.budget().maxMetrics() + 1;
    for (Metric metric : context.budget().await(context.store().search().find(name, tags, limit))) {
      metrics.put(metric.id(), metric);
    }
    StoreScans.checkCount(metrics.size(), context.budget());
  }
}
