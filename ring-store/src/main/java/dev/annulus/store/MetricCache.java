package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Tag;
import dev.annulus.store.RingWriter.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A writer's cache of metrics, valid for one metadata version: while the store has that version, no
 * cached metric has been deleted or moved. Creations do not touch the version, so a miss is looked
 * up. Not thread-safe.
 */
final class MetricCache {
  private static final int COUNTERS_PER_READ = 5_000;

  /** The objects of a series beside its key. */
  private static final long ENTRY_BYTES = 500;

  /** The objects of a key without its tags and texts. */
  private static final int NAME_BYTES = 112;

  /** The objects of a tag without its texts. */
  private static final int TAG_BYTES = 116;

  /**
   * How often all cached metrics may be passed over before an unused one is evicted for a new one.
   * Writers of more series than fit come to them in turn; evicting the least recently used would
   * then evict each one right before its next use. A batch with a new metric uses all of its twice.
   */
  private static final int ROUNDS_KEPT = 8;

  /** Entries that the clock's hand passes to find room for a new one. */
  private static final int STEPS = 4;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final ChangeLog changes;
  private final Registry registry;
  private final SeriesResolver resolver;
  private final long capacity;
  // In clock order, for trim().
  private final LinkedHashMap<SeriesSpec, Cached> bySpec = new LinkedHashMap<>(1024);
  private final Map<Long, CachedMetric> byId = new HashMap<>();
  // Series that differ only by name usually share the object of their tags.
  private final IdentityHashMap<List<Tag>, Integer> tagUses = new IdentityHashMap<>();
  private ChangeLog.@Nullable Position position;
  // Added since the last trim(), newest last.
  private final List<Cached> added = new ArrayList<>();
  private boolean current;
  private long bytes;
  private long uses;

  /**
   * @param capacity bytes of memory, estimated
   */
  MetricCache(
      KeyValueEngine engine,
      Rings rings,
      Keys keys,
      ChangeLog changes,
      Registry registry,
      SeriesResolver resolver,
      long capacity) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.changes = changes;
    this.registry = registry;
    this.resolver = resolver;
    this.capacity = capacity;
  }

  /**
   * A batch with its metrics.
   *
   * @param version the metadata version for which it is valid; null before the first change
   * @param missing samples whose series is neither cached nor refused
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Resolved(
      byte @Nullable [] version,
      List<Entry> entries,
      List<Rejected> rejected,
      List<LoggedSamples> missing,
      int dropped) {}

  /** The metric of a spec, linked to the entry that followed it last time, which is tried first. */
  private static final class Cached {
    private final SeriesSpec spec;
    private final CachedMetric series;
    private long lastUse;
    private @Nullable Cached next;

    Cached(SeriesSpec spec, CachedMetric series) {
      this.spec = spec;
      this.series = series;
    }

    SeriesKey key() {
      return series.metric().key();
    }
  }

  /** Samples with their metric. */
  record Entry(LoggedSamples samples, CachedMetric series) {}

  /** Finds or creates the metrics of a batch. */
  CompletableFuture<Resolved> resolve(List<LoggedSamples> batch) {
    return refresh()
        .thenCompose(
            fresh -> {
              Resolved known = resolved(batch, Map.of());
              return known.missing().isEmpty()
                  ? CompletableFuture.completedFuture(known)
                  : resolveMissing(known.missing()).thenApply(refused -> resolved(batch, refused));
            })
        .thenCompose(
            resolved -> {
              Set<Long> toShare = countersFromElsewhere(resolved);
              return toShare.isEmpty()
                  ? CompletableFuture.completedFuture(resolved)
                  : share(toShare).thenCompose(done -> resolve(batch));
            });
  }

  /** Called when the metadata version has changed: the next batch reads the change log first. */
  void invalidate() {
    current = false;
  }

  /**
   * Evicts down to the capacity: metrics that have not been used for some rounds, else those just
   * added. Source: Carr and Hennessy, "WSClock: A Simple and Effective Algorithm for Virtual Memory
   * Management", 1981, with uses of metrics for time.
   */
  void trim() {
    for (int i = added.size() - 1; i >= 0 && bytes > capacity; i--) {
      if (!evictUnused()) {
        drop(added.get(i));
      }
    }
    added.clear();
  }

  /** Moves the hand by some steps; whether it found a metric to evict. */
  private boolean evictUnused() {
    long kept = (long) ROUNDS_KEPT * bySpec.size();
    for (int step = 0; step < STEPS && !bySpec.isEmpty(); step++) {
      Cached oldest = bySpec.values().iterator().next();
      if (uses - oldest.lastUse > kept) {
        drop(oldest);
        return true;
      }
      bySpec.remove(oldest.spec);
      bySpec.put(oldest.spec, oldest);
    }
    return false;
  }

  private void drop(Cached known) {
    if (bySpec.remove(known.spec, known)) {
      uncount(known.key());
      known.next = null; // evicted entries must not retain one another
      known.series.invalidate();
      byId.remove(known.series.metric().id(), known.series);
    }
  }

  private CompletableFuture<Void> refresh() {
    if (current) {
      return CompletableFuture.completedFuture(null);
    }
    ChangeLog.Position before = position;
    CompletableFuture<ChangeLog.Changes> found =
        before == null
            ? engine.read(changes::position).thenApply(now -> new ChangeLog.Changes(now, null))
            : engine.read(tx -> changes.since(tx, before.number()));
    return found.thenAccept(
        news -> {
          if (news.metricIds() == null) {
            byId.values().forEach(CachedMetric::invalidate);
            byId.clear();
            bySpec.clear();
            tagUses.clear();
            bytes = 0;
          } else {
            news.metricIds().forEach(this::evict);
          }
          position = news.now();
          current = true;
        });
  }

  private void evict(long metricId) {
    CachedMetric series = byId.remove(metricId);
    if (series != null) {
      series.invalidate();
    }
  }

  /** The cached entry of a spec; null if absent or stale. */
  @SuppressWarnings("ReferenceEquality") // most specs are the same object each time
  private @Nullable Cached cached(SeriesSpec spec, @Nullable Cached before) {
    Cached known = before == null ? null : before.next;
    if (known == null || known.spec != spec || known.series.isStale()) {
      known = bySpec.get(spec);
      if (before != null) {
        before.next = known;
      }
    }
    return known == null || known.series.isStale() ? null : known;
  }

  /** Resolves cache misses; returns the refusals. */
  private CompletableFuture<Map<SeriesSpec, Resolution>> resolveMissing(List<LoggedSamples> batch) {
    Map<SeriesSpec, SeriesRequest> missing = new LinkedHashMap<>();
    for (LoggedSamples samples : batch) {
      SeriesSpec spec = samples.samples().series();
      missing.merge(
          spec, new SeriesRequest(spec, newest(samples), samples.owner()), SeriesRequest::and);
    }
    List<SeriesRequest> requests = List.copyOf(missing.values());
    return resolver
        .resolve(requests)
        .thenCompose(
            resolutions ->
                readCounters(requests, resolutions)
                    .thenApply(counters -> remember(requests, resolutions, counters)));
  }

  private static LogOffsets newest(LoggedSamples samples) {
    long[] offsets = new long[samples.partition() + 1];
    offsets[samples.partition()] = samples.offset() + 1;
    return new LogOffsets(offsets);
  }

  private void count(SeriesKey key) {
    bytes += ENTRY_BYTES + NAME_BYTES + key.name().length();
    if (tagUses.merge(key.tags(), 1, Integer::sum) == 1) {
      bytes += tagBytes(key);
    }
  }

  private void uncount(SeriesKey key) {
    bytes -= ENTRY_BYTES + NAME_BYTES + key.name().length();
    if (tagUses.merge(key.tags(), -1, (uses, less) -> uses == 1 ? null : uses + less) == null) {
      bytes -= tagBytes(key);
    }
  }

  private static long tagBytes(SeriesKey key) {
    long bytes = 0;
    for (Tag tag : key.tags()) {
      bytes += TAG_BYTES + tag.key().length() + tag.value().length();
    }
    return bytes;
  }

  private Map<SeriesSpec, Resolution> remember(
      List<SeriesRequest> requests,
      List<Resolution> resolutions,
      Map<Long, CounterState> counters) {
    Map<SeriesSpec, Resolution> refused = new HashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      SeriesSpec spec = requests.get(i).spec();
      if (resolutions.get(i) instanceof Resolution.Found found) {
        Metric metric = found.metric();
        CachedMetric series =
            byId.computeIfAbsent(metric.id(), id -> new CachedMetric(shared(metric, spec), keys));
        if (spec.type() == MetricType.COUNTER && !series.knowsCounter()) {
          series.counterIs(counters.get(metric.id()));
        }
        Cached known = new Cached(spec, series);
        known.lastUse = uses;
        count(known.key());
        Cached replaced = bySpec.put(spec, known);
        if (replaced != null) {
          uncount(replaced.key());
        }
        added.add(known);
      } else {
        refused.put(spec, resolutions.get(i));
      }
    }
    return refused;
  }

  private static Metric shared(Metric metric, SeriesSpec spec) {
    return spec.key() == null ? metric : metric.sharing(spec.key());
  }

  private CompletableFuture<Map<Long, CounterState>> readCounters(
      List<SeriesRequest> requests, List<Resolution> resolutions) {
    Set<Long> wanted = new LinkedHashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i).spec().type() == MetricType.COUNTER
          && resolutions.get(i) instanceof Resolution.Found found
          && !found.metric().sharedCounter()) {
        CachedMetric series = byId.get(found.metric().id());
        if (series == null || !series.knowsCounter()) {
          wanted.add(found.metric().id());
        }
      }
    }
    Map<Long, CounterState> states = new HashMap<>();
    List<Long> ids = List.copyOf(wanted);
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (int from = 0; from < ids.size(); from += COUNTERS_PER_READ) {
      List<Long> chunk = ids.subList(from, Math.min(ids.size(), from + COUNTERS_PER_READ));
      all = all.thenCompose(done -> readCounters(chunk, states));
    }
    return all.thenApply(done -> states);
  }

  private CompletableFuture<Void> readCounters(List<Long> ids, Map<Long, CounterState> states) {
    return rings
        .read((tx, view) -> Futures.all(ids.stream().map(id -> view.counter(tx, id)).toList()))
        .thenAccept(
            found -> {
              for (int i = 0; i < ids.size(); i++) {
                CounterState state = found.get(i);
                if (state != null) {
                  states.put(ids.get(i), state);
                }
              }
            });
  }

  private static Set<Long> countersFromElsewhere(Resolved resolved) {
    Set<Long> ids = new LinkedHashSet<>();
    for (Entry entry : resolved.entries()) {
      Metric metric = entry.series().metric();
      if (!entry.samples().home()
          && entry.samples().samples().series().type() == MetricType.COUNTER
          && !metric.sharedCounter()) {
        ids.add(metric.id());
      }
    }
    return ids;
  }

  private CompletableFuture<Void> share(Set<Long> ids) {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (long id : ids) {
      all = all.thenCompose(done -> registry.shareCounter(id));
    }
    return all.thenRun(this::invalidate);
  }

  private Resolved resolved(List<LoggedSamples> batch, Map<SeriesSpec, Resolution> refused) {
    List<Entry> entries = new ArrayList<>(batch.size());
    List<Rejected> rejected = new ArrayList<>();
    List<LoggedSamples> missing = new ArrayList<>();
    int dropped = 0;
    Cached before = null;
    for (LoggedSamples samples : batch) {
      SeriesSpec spec = samples.samples().series();
      before = cached(spec, before);
      if (before != null) {
        before.lastUse = ++uses;
        CachedMetric series = before.series;
        if (series.metric().isBeforeFloor(samples.partition(), samples.offset())) {
          dropped += samples.samples().size();
        } else {
          entries.add(new Entry(samples, series));
        }
        continue;
      }
      Resolution refusal = refused.get(spec);
      if (refusal == null) {
        missing.add(samples);
      } else if (refusal instanceof Resolution.Refused because) {
        rejected.add(new Rejected(samples, because.reason(), because.detail()));
      } else {
        dropped += samples.samples().size();
      }
    }
    byte[] version = position == null ? null : position.version();
    return new Resolved(version, entries, rejected, missing, dropped);
  }
}
