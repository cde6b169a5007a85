package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.model.Metric;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds metrics by name and tags in the tag index, which is sorted by metric id. No search scans
 * all metrics. Thread-safe.
 */
public final class MetricSearch {
  private static final int CHUNK = 512;

  /** Entries that a scan reads before it skips what is like the last of them. */
  private static final int FEW = 32;

  private static final int LEAST = 4;
  private static final int MOST = 2048;

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
    return visitIndexed(Keys.NAME_TAG, from, (name, id) -> visitor.test(name));
  }

  /**
   * Visits the distinct values of a tag key in order.
   *
   * @param visitor as for {@link #visitNames}
   */
  public CompletableFuture<Void> visitValues(String tagKey, Predicate<String> visitor) {
    return visitIndexed(tagKey, "", (value, id) -> visitor.test(value));
  }

  /**
   * Visits the distinct tag keys in order.
   *
   * @param visitor as for {@link #visitNames}
   */
  public CompletableFuture<Void> visitTagKeys(Predicate<String> visitor) {
    return skipScan(keys.tags(), false, entry -> visitor.test(entry.tag().key()));
  }

  /** Receives a text of the index with the smallest id of a metric that has it. */
  @FunctionalInterface
  public interface IndexVisitor {
    /** Returns whether to continue. */
    boolean visit(String text, long metricId);
  }

  /**
   * Visits the distinct names in order, each with one of its metrics.
   *
   * @param visitor runs on an engine thread or the caller's; an exception fails the future
   */
  public CompletableFuture<Void> visitNames(IndexVisitor visitor) {
    return visitIndexed(Keys.NAME_TAG, "", visitor);
  }

  private CompletableFuture<Void> visitIndexed(String tagKey, String from, IndexVisitor visitor) {
    KeyRange all = keys.tagKey(tagKey);
    KeyRange range =
        from.isEmpty() ? all : new KeyRange(keys.tagged(tagKey, from).begin(), all.end());
    return skipScan(range, true, entry -> visitor.visit(entry.tag().value(), entry.metricId()));
  }

  /** Receives series. */
  @FunctionalInterface
  public interface SeriesVisitor {
    /** Returns whether to continue. */
    boolean visit(long metricId, SeriesKey key);
  }

  /**
   * Visits the series of a name, by their tags.
   *
   * @param visitor runs on an engine thread or the caller's; an exception fails the future
   */
  public CompletableFuture<Void> visitSeries(String name, SeriesVisitor visitor) {
    return visitSeries(keys.seriesOf(name), new WantedRuns(each -> null), visitor);
  }

  /**
   * Visits the series of several names, by name and then by tags.
   *
   * @param names which names; asked once for each. It and {@code visitor} run on an engine thread
   *     or the caller's; an exception fails the future
   */
  public CompletableFuture<Void> visitSeries(Predicate<String> names, SeriesVisitor visitor) {
    return visitSeries(
        keys.allSeries(),
        new WantedRuns(
            key -> {
              String name = keys.seriesOfKey(key).name();
              return new Run(keys.seriesOf(name), names.test(name));
            }),
        visitor);
  }

  private CompletableFuture<Void> visitSeries(
      KeyRange range, WantedRuns runs, SeriesVisitor visitor) {
    return visitRuns(
        range,
        runs,
        (key, value) -> visitor.visit(Tuple.fromBytes(value).getLong(0), keys.seriesOfKey(key)));
  }

  /**
   * Visits the metrics that have a tag key, by its value and then by id.
   *
   * @param wanted which values; asked once for each. It and {@code visitor} run on an engine thread
   *     or the caller's; an exception fails the future
   * @param visitor returns whether to continue
   */
  public CompletableFuture<Void> visitTagged(
      String tagKey, Predicate<String> wanted, LongPredicate visitor) {
    WantedRuns runs =
        new WantedRuns(
            key -> {
              return new Run(keys.runOf(key, true), wanted.test(keys.tagOf(key).tag().value()));
            });
    return visitRuns(
        keys.tagKey(tagKey), runs, (key, value) -> visitor.test(keys.tagOf(key).metricId()));
  }

  private interface EntryVisitor {
    boolean visit(byte[] key, byte[] value);
  }

  private CompletableFuture<Void> visitRuns(KeyRange range, WantedRuns runs, EntryVisitor visitor) {
    KeyRange[] rest = {range};
    return Futures.whileTrue(
        () ->
            engine
                .read(tx -> tx.getRange(rest[0], CHUNK, Order.ASCENDING))
                .thenApply(
                    entries -> {
                      for (int i = 0; i < entries.size(); i++) {
                        byte[] key = entries.key(i);
                        if (runs.isWanted(key) && !visitor.visit(key, entries.value(i))) {
                          return false;
                        }
                      }
                      boolean more = advance(rest, entries);
                      if (more) {
                        runs.skipUnwanted(rest);
                      }
                      return more;
                    }));
  }

  /** Neighbouring entries that are wanted together or not at all. */
  private record Run(KeyRange range, boolean wanted) {}

  private interface RunOf {
    @Nullable Run key(byte[] key);
  }

  /** Looks at the first entry of each run. */
  private static final class WantedRuns {
    private final RunOf runOf;
    private @Nullable Run run;

    /**
     * @param runOf the run of an entry's key; null if all entries are wanted
     */
    WantedRuns(RunOf runOf) {
      this.runOf = runOf;
    }

    boolean isWanted(byte[] key) {
      if (run == null || !run.range().contains(key)) {
        run = runOf.key(key);
      }
      return run == null || run.wanted();
    }

    void skipUnwanted(KeyRange[] rest) {
      if (run != null && !run.wanted()) {
        rest[0] = new KeyRange(run.range().end(), rest[0].end());
      }
    }
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
        true,
        entry -> {
          check.run();
          return values.add(entry.tag());
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

  /**
   * Skip scan: visits one entry per tag key, or per tag key and value, then seeks past its others.
   *
   * @param visitor returns whether to continue
   */
  private CompletableFuture<Void> skipScan(
      KeyRange range, boolean values, Predicate<Keys.TagEntry> visitor) {
    KeyRange[] rest = {range};
    int[] few = {FEW};
    return Futures.whileTrue(
        () ->
            engine
                .read(tx -> tx.getRange(rest[0], few[0], Order.ASCENDING))
                .thenApply(
                    entries -> {
                      KeyRange last = null;
                      int runs = 0;
                      for (int i = 0; i < entries.size(); i++) {
                        if (last == null || !last.contains(entries.key(i))) {
                          runs++;
                          byte[] key = entries.key(i);
                          if (!visitor.test(keys.tagOf(key))) {
                            return false;
                          }
                          last = keys.runOf(key, values);
                        }
                      }
                      if (last == null || entries.size() < few[0]) {
                        return false;
                      }
                      few[0] = next(few[0], runs);
                      rest[0] = new KeyRange(last.end(), rest[0].end());
                      return true;
                    }));
  }

  /**
   * How many entries to read after {@code few} of them: short runs are cheaper read than skipped.
   */
  private static int next(int few, int runs) {
    if (runs * 4 > few) {
      return Math.min(MOST, few * 4);
    }
    return runs == 1 ? Math.max(LEAST, few / 2) : few;
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
