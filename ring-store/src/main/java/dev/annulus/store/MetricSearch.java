package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds metrics by name and tags in the tag index, which is sorted by metric id. No search scans
 * all metrics. Thread-safe.
 */
public final class MetricSearch {
  private static final int CHUNK = 512;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;

  MetricSearch(KeyValueEngine engine, Keys keys, Registry registry) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
  }

  /**
   * The metrics with this name and all these tags (and maybe more), by ascending id.
   *
   * @param name null for any
   * @param limit how many at most
   */
  public CompletableFuture<List<Metric>> find(@Nullable String name, List<Tag> tags, int limit) {
    return find(name, tags, -1, limit);
  }

  /**
   * A page of {@link #find(String, List, int)}.
   *
   * @param afterId the last id of the page before, -1 for the first page
   */
  public CompletableFuture<List<Metric>> find(
      @Nullable String name, List<Tag> tags, long afterId, int limit) {
    return name == null && tags.isEmpty()
        ? registry.list(afterId, limit)
        : findIds(name, tags, afterId, limit).thenCompose(registry::get);
  }

  /**
   * The ids of the metrics that {@link #find} returns, without reading their records.
   *
   * @param tags not empty if {@code name} is null
   * @param afterId the last id of the page before, -1 for the first page
   */
  public CompletableFuture<List<Long>> findIds(
      @Nullable String name, List<Tag> tags, long afterId, int limit) {
    List<KeyRange> postings = new ArrayList<>(tags.size() + 1);
    if (name != null) {
      postings.add(keys.tagged(Keys.NAME_TAG, name));
    }
    tags.forEach(tag -> postings.add(keys.tagged(tag.key(), tag.value())));
    return engine.read(tx -> new Intersection(tx, postings, afterId + 1, limit).ids());
  }

  /** The distinct names, sorted. */
  public CompletableFuture<SortedSet<String>> names() {
    SortedSet<String> names = new TreeSet<>();
    return visitNames(
            "",
            name -> {
              names.add(name);
              return true;
            })
        .thenApply(done -> names);
  }

  /**
   * Visits the distinct names in order.
   *
   * @param from the smallest name to visit
   * @param visitor returns whether to continue; runs on an engine thread or the caller's; an
   *     exception fails the future
   */
  public CompletableFuture<Void> visitNames(String from, Predicate<String> visitor) {
    KeyRange all = keys.tagKey(Keys.NAME_TAG);
    KeyRange range =
        from.isEmpty() ? all : new KeyRange(keys.tagged(Keys.NAME_TAG, from).begin(), all.end());
    return skipScan(
        range,
        entry ->
            visitor.test(entry.tag().value())
                ? keys.tagged(Keys.NAME_TAG, entry.tag().value())
                : null);
  }

  /** The distinct values of every tag key, sorted, of all metrics. */
  public CompletableFuture<SortedMap<String, SortedSet<String>>> tagValues() {
    return tagValues(null, Integer.MAX_VALUE, Long.MAX_VALUE, () -> {}).thenApply(TagValues::byKey);
  }

  /** The distinct values of every tag key, sorted, of the metrics with one name. */
  public CompletableFuture<SortedMap<String, SortedSet<String>>> tagValues(String name) {
    return tagValues(name, Integer.MAX_VALUE, Long.MAX_VALUE, () -> {}).thenApply(TagValues::byKey);
  }

  /**
   * Tag values by tag key.
   *
   * @param byKey sorted
   * @param truncated whether more values exist
   */
  public record TagValues(SortedMap<String, SortedSet<String>> byKey, boolean truncated) {}

  /**
   * The distinct values of every tag key, up to a limit.
   *
   * @param name name of the metrics; null for any
   * @param most maximum number of values
   * @param bytes memory they may take, estimated
   * @param check runs before each read; an exception fails the future
   */
  public CompletableFuture<TagValues> tagValues(
      @Nullable String name, int most, long bytes, Runnable check) {
    Values values = new Values(most, bytes);
    return (name == null ? allValues(values, check) : valuesOf(name, values, check))
        .thenApply(done -> new TagValues(values.byKey, values.truncated));
  }

  private CompletableFuture<Void> allValues(Values values, Runnable check) {
    return skipScan(
        keys.tags(),
        entry -> {
          check.run();
          return values.add(entry.tag())
              ? keys.tagged(entry.tag().key(), entry.tag().value())
              : null;
        });
  }

  private CompletableFuture<Void> valuesOf(String name, Values values, Runnable check) {
    KeyRange[] rest = {keys.seriesOf(name)};
    return Futures.whileTrue(
        () -> {
          check.run();
          return engine
              .read(tx -> tx.getRange(rest[0], CHUNK, Order.ASCENDING))
              .thenApply(
                  entries -> {
                    for (int i = 0; i < entries.size() && !values.truncated; i++) {
                      keys.seriesOfKey(entries.key(i)).tags().forEach(values::add);
                    }
                    return !values.truncated && advance(rest, entries);
                  });
        });
  }

  private static final class Values {
    /** Of a value beside its characters. */
    private static final int VALUE_BYTES = 100;

    private final int most;
    private final long mostBytes;
    private final SortedMap<String, SortedSet<String>> byKey = new TreeMap<>();
    private int count;
    private long bytes;
    private boolean truncated;

    Values(int most, long mostBytes) {
      this.most = most;
      this.mostBytes = mostBytes;
    }

    /** Returns false if the limit is reached. */
    private boolean add(Tag tag) {
      SortedSet<String> of = byKey.getOrDefault(tag.key(), new TreeSet<>());
      if (of.contains(tag.value())) {
        return true;
      }
      long more = VALUE_BYTES + 2L * (tag.key().length() + tag.value().length());
      if (count == most || bytes + more > mostBytes) {
        truncated = true;
        return false;
      }
      bytes += more;
      count++;
      of.add(tag.value());
      byKey.put(tag.key(), of);
      return true;
    }
  }

  private static boolean advance(KeyRange[] rest, Entries entries) {
    if (entries.size() < CHUNK) {
      return false;
    }
    rest[0] = rest[0].beyond(entries.key(entries.size() - 1));
    return true;
  }

  /** Visits an entry and returns the range of equivalent entries to skip; null to stop. */
  private interface PrefixVisitor {
    @Nullable KeyRange of(Keys.TagEntry entry);
  }

  /** Skip scan: visits one entry per distinct prefix, then seeks past its other entries. */
  private CompletableFuture<Void> skipScan(KeyRange range, PrefixVisitor run) {
    int few = 32;
    KeyRange[] rest = {range};
    return Futures.whileTrue(
        () ->
            engine
                .read(tx -> tx.getRange(rest[0], few, Order.ASCENDING))
                .thenApply(
                    entries -> {
                      KeyRange last = null;
                      for (int i = 0; i < entries.size(); i++) {
                        if (last == null || !last.contains(entries.key(i))) {
                          last = run.of(keys.tagOf(entries.key(i)));
                          if (last == null) {
                            return false;
                          }
                        }
                      }
                      if (last == null || entries.size() < few) {
                        return false;
                      }
                      rest[0] = new KeyRange(last.end(), rest[0].end());
                      return true;
                    }));
  }

  /**
   * The intersection of several postings, by leapfrog join: each posting in turn seeks to the
   * largest id so far, until all agree (Veldhuizen, "Leapfrog Triejoin", 2014, for one attribute).
   */
  private final class Intersection {
    private final List<Posting> postings = new ArrayList<>();
    private final int limit;
    private final List<Long> ids = new ArrayList<>();
    private long candidate;
    private int agreeing;
    private int turn;

    Intersection(ReadTransaction tx, List<KeyRange> ranges, long firstId, int limit) {
      ranges.forEach(range -> postings.add(new Posting(tx, range)));
      this.candidate = firstId;
      this.limit = limit;
    }

    CompletableFuture<List<Long>> ids() {
      return Futures.whileTrue(this::leap).thenApply(done -> ids);
    }

    private CompletableFuture<Boolean> leap() {
      return postings
          .get(turn)
          .seek(candidate)
          .thenApply(
              id -> {
                if (id < 0) {
                  return false;
                }
                agreeing = id == candidate ? agreeing + 1 : 1;
                candidate = id;
                if (agreeing >= postings.size()) {
                  ids.add(id);
                  candidate = id + 1;
                  agreeing = 0;
                }
                turn = (turn + 1) % postings.size();
                return ids.size() < limit;
              });
    }
  }

  /** The ascending metric ids of one tag, read in chunks. */
  private final class Posting {
    private final ReadTransaction tx;
    private final KeyRange range;
    private Entries chunk = new Entries.Builder().build();
    private int next;
    private boolean last;

    Posting(ReadTransaction tx, KeyRange range) {
      this.tx = tx;
      this.range = range;
    }

    /** The smallest id that is at least {@code id}; -1 if there is none. */
    CompletableFuture<Long> seek(long id) {
      while (next < chunk.size()) {
        long found = idAt(next);
        if (found >= id) {
          return CompletableFuture.completedFuture(found);
        }
        next++;
      }
      if (last) {
        return CompletableFuture.completedFuture(-1L);
      }
      KeyRange rest = new KeyRange(keys.withId(range.begin(), id), range.end());
      return tx.getRange(rest, CHUNK, Order.ASCENDING)
          .thenCompose(
              entries -> {
                chunk = entries;
                next = 0;
                last = entries.size() < CHUNK;
                return seek(id);
              });
    }

    private long idAt(int i) {
      return keys.tagOf(chunk.key(i)).metricId();
    }
  }
}
