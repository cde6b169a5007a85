package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts series by name, tag key or tag, to find what makes a database grow. Scans the tag index
 * once, in chunks with separate snapshots, and keeps only the largest groups. Thread-safe.
 */
public final class Cardinality {
  private static final int CHUNK = 4096;
  private static final Comparator<Group> SMALLEST_FIRST =
      Comparator.comparingLong(Group::series)
          .thenComparing(Group::key, Comparator.reverseOrder())
          .thenComparing(
              Group::value, Comparator.nullsFirst(Comparator.<String>naturalOrder().reversed()));

  private final KeyValueEngine engine;
  private final Keys keys;

  Cardinality(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /** How to group series. */
  public enum By {
    /** The metric name. */
    NAME,
    /** The tag key. */
    TAG,
    /** A tag key with one of its values. */
    VALUE
  }

  /**
   * A group of series.
   *
   * @param key the tag key; empty for a metric name
   * @param value the name or the tag value; null for a group by tag key
   * @param series number of series
   * @param values number of distinct values; 1 unless grouped by tag key
   */
  public record Group(String key, @Nullable String value, long series, long values) {}

  /**
   * The largest groups.
   *
   * @param groups by descending number of series, then by key and value
   * @param total number of groups in all
   */
  public record Report(List<Group> groups, long total) {}

  /**
   * The largest groups.
   *
   * @param limit maximum number of groups
   */
  public CompletableFuture<Report> largest(By by, int limit) {
    return largest(by, limit, () -> {});
  }

  /**
   * The largest groups.
   *
   * @param limit maximum number of groups
   * @param check runs before each chunk; an exception fails the future
   */
  public CompletableFuture<Report> largest(By by, int limit, Runnable check) {
    Count count = new Count(by, limit);
    KeyRange[] rest = {by == By.NAME ? keys.tagKey(Keys.NAME_TAG) : keys.tags()};
    return Futures.whileTrue(
            () -> {
              check.run();
              return engine
                  .read(tx -> tx.getRange(rest[0], CHUNK, Order.ASCENDING))
                  .thenApply(
                      entries -> {
                        count.add(entries);
                        if (entries.size() < CHUNK) {
                          return false;
                        }
                        rest[0] = rest[0].beyond(entries.key(entries.size() - 1));
                        return true;
                      });
            })
        .thenApply(done -> count.report());
  }

  /** The index is sorted, so the entries of a group are adjacent. */
  private final class Count {
    private final By by;
    private final int limit;
    private final PriorityQueue<Group> largest = new PriorityQueue<>(SMALLEST_FIRST);
    private long groups;
    private @Nullable KeyRange group;
    private @Nullable KeyRange valueRun;
    private String key = "";
    private String value = "";
    private long series;
    private long values;

    Count(By by, int limit) {
      this.by = by;
      this.limit = limit;
    }

    void add(Entries entries) {
      for (int i = 0; i < entries.size(); i++) {
        byte[] entry = entries.key(i);
        if (valueRun == null || !valueRun.contains(entry)) {
          startValue(entry);
        }
        series++;
      }
    }

    private void startValue(byte[] entry) {
      Keys.TagEntry first = keys.tagOf(entry);
      valueRun = keys.runOf(entry, true);
      if (group == null || !group.contains(entry)) {
        endGroup();
        key = first.tag().key();
        value = first.tag().value();
        group = by == By.TAG ? keys.runOf(entry, false) : valueRun;
      }
      values++;
    }

    private void endGroup() {
      if (series == 0) {
        return;
      }
      groups++;
      largest.add(new Group(key, by == By.TAG ? null : value, series, values));
      if (largest.size() > limit) {
        largest.remove();
      }
      series = 0;
      values = 0;
    }

    Report report() {
      endGroup();
      List<Group> sorted = new ArrayList<>(largest);
      sorted.sort(SMALLEST_FIRST.reversed());
      return new Report(List.copyOf(sorted), groups);
    }
  }
}
