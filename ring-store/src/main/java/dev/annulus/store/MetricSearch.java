package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.model.Metric;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.Tag;
import java.nio.ByteBuffer;
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
  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;
  private final SeriesCount count;
  private final IndexScan scan;

  MetricSearch(KeyValueEngine engine, Keys keys, Registry registry, SeriesCount count) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
    this.count = count;
    this.scan = new IndexScan(engine, keys);
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
    return engine.read(tx -> new PostingIntersection(tx, keys, postings, afterId + 1, limit).ids());
  }

  /**
   * Equal to another one if no series was created or deleted in between. May differ although none
   * was.
   *
   * @param series how many there are
   * @param metadata changes with each deletion; null in a new database
   */
  public record IndexVersion(long series, @Nullable ByteBuffer metadata) {}

  /** The version of the index, for those who keep what they have read. */
  public CompletableFuture<IndexVersion> version() {
    return engine.read(
        tx ->
            tx.metadataVersion()
                .thenCombine(
                    count.read(tx),
                    (metadata, series) ->
                        new IndexVersion(
                            series, metadata == null ? null : ByteBuffer.wrap(metadata))));
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
    return scan.skip(keys.tags(), false, entry -> visitor.test(entry.tag().key()));
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
    return scan.skip(range, true, entry -> visitor.visit(entry.tag().value(), entry.metricId()));
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
    return visitSeries(keys.seriesOf(name), new IndexScan.WantedRuns(), visitor);
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
        new IndexScan.WantedRuns(
            key -> {
              String name = keys.seriesOfKey(key).name();
              return new IndexScan.Run(keys.seriesOf(name), names.test(name));
            }),
        visitor);
  }

  private CompletableFuture<Void> visitSeries(
      KeyRange range, IndexScan.WantedRuns runs, SeriesVisitor visitor) {
    return scan.runs(
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
    IndexScan.WantedRuns runs =
        new IndexScan.WantedRuns(
            key -> {
              return new IndexScan.Run(
                  keys.runOf(key, true), wanted.test(keys.tagOf(key).tag().value()));
            });
    return scan.runs(
        keys.tagKey(tagKey), runs, (key, value) -> visitor.test(keys.tagOf(key).metricId()));
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
   * @param check runs for each entry of the index; an exception fails the future
   */
  public CompletableFuture<TagValues> tagValues(
      @Nullable String name, int most, long bytes, Runnable check) {
    Values values = new Values(most, bytes);
    return (name == null ? allValues(values, check) : valuesOf(name, values, check))
        .thenApply(done -> new TagValues(values.byKey, values.truncated));
  }

  private CompletableFuture<Void> allValues(Values values, Runnable check) {
    return scan.skip(
        keys.tags(),
        true,
        entry -> {
          check.run();
          return values.add(entry.tag());
        });
  }

  private CompletableFuture<Void> valuesOf(String name, Values values, Runnable check) {
    return scan.runs(
        keys.seriesOf(name),
        new IndexScan.WantedRuns(),
        (key, value) -> {
          check.run();
          keys.seriesOfKey(key).tags().forEach(values::add);
          return !values.truncated;
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
}
