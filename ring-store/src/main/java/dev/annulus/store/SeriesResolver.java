package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSpec;
import dev.annulus.store.Resolution.Deleted;
import dev.annulus.store.Resolution.Found;
import dev.annulus.store.Resolution.Refused;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds or creates the series of a batch, many per transaction. Concurrent callers agree, since
 * creation reads the index key of the series in its transaction. Thread-safe; share one per store.
 */
final class SeriesResolver {
  private static final int CREATED_PER_TRANSACTION = 400;

  /**
   * Transaction bytes of a creation beside a multiple of the series text: keys count with their
   * conflict ranges, and the text is in three keys and a record.
   */
  private static final int CREATED_BYTES = 500;

  private static final long CREATED_TEXTS = 12;

  private static final int READ_PER_TRANSACTION = 2_000;

  private static final int MIN_SPARE_IDS = 64;

  private static final int MAX_SPARE_IDS = 4_096;

  private final KeyValueEngine engine;
  private final Rings rings;
  private final Keys keys;
  private final Registry registry;
  private final IdSequence ids;
  private final SeriesCount count;
  private final StoreConfig config;
  private CompletableFuture<?> lastCreation = CompletableFuture.completedFuture(null);

  SeriesResolver(
      KeyValueEngine engine,
      Rings rings,
      Keys keys,
      Registry registry,
      IdSequence ids,
      SeriesCount count,
      StoreConfig config) {
    this.engine = engine;
    this.rings = rings;
    this.keys = keys;
    this.registry = registry;
    this.ids = ids;
    this.count = count;
    this.config = config;
  }

  /** Resolves requests; one resolution each, in order. */
  CompletableFuture<List<Resolution>> resolve(List<SeriesRequest> requests) {
    return inChunks(requests, READ_PER_TRANSACTION, this::lookUp)
        .thenCompose(found -> createMissing(requests, found));
  }

  private CompletableFuture<List<@Nullable Resolution>> lookUp(List<SeriesRequest> requests) {
    return engine.read(
        tx -> {
          List<CompletableFuture<@Nullable Resolution>> lookUps = new ArrayList<>(requests.size());
          for (SeriesRequest request : requests) {
            lookUps.add(
                stored(tx, request.spec())
                    .thenApply(stored -> stored.isNew() ? null : stored.settled(request)));
          }
          return Futures.all(lookUps);
        });
  }

  private CompletableFuture<List<Resolution>> createMissing(
      List<SeriesRequest> requests, List<@Nullable Resolution> found) {
    return fillHoles(
        requests, found, missing -> inChunks(creatable(missing), chunk -> create(chunk, 0)));
  }

  /**
   * @param spareIds ids to reserve beyond one per series, since a client may have chosen ids of the
   *     sequence
   */
  private CompletableFuture<List<Resolution>> create(List<SeriesRequest> requests, int spareIds) {
    int more = Math.min(MAX_SPARE_IDS, Math.max(MIN_SPARE_IDS, 2 * spareIds));
    return inTurn(() -> engine.write(tx -> create(tx, requests, spareIds)))
        .thenCompose(created -> fillHoles(requests, created, holes -> create(holes, more)));
  }

  /** Resolves the requests without a resolution. */
  private static CompletableFuture<List<Resolution>> fillHoles(
      List<SeriesRequest> requests,
      List<@Nullable Resolution> holes,
      Function<List<SeriesRequest>, CompletableFuture<List<Resolution>>> ask) {
    List<SeriesRequest> missing = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      if (holes.get(i) == null) {
        missing.add(requests.get(i));
      }
    }
    CompletableFuture<List<Resolution>> answers =
        missing.isEmpty() ? CompletableFuture.completedFuture(List.of()) : ask.apply(missing);
    return answers.thenApply(
        more -> {
          List<Resolution> all = new ArrayList<>(holes.size());
          int next = 0;
          for (Resolution resolution : holes) {
            all.add(resolution != null ? resolution : more.get(next++));
          }
          return all;
        });
  }

  /** All creations change the count of series: concurrent ones would conflict. */
  private synchronized <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> step) {
    CompletableFuture<T> result = lastCreation.thenCompose(turn -> step.get());
    lastCreation = result.handle((done, failure) -> null);
    return result;
  }

  /**
   * Creates and retypes series in order, since a batch may name one series in two ways. Null for
   * those that need another transaction.
   */
  private CompletableFuture<List<@Nullable Resolution>> create(
      Transaction tx, List<SeriesRequest> requests, int spareIds) {
    List<CompletableFuture<KnownSeries>> reads = new ArrayList<>(requests.size());
    for (SeriesRequest request : requests) {
      SeriesSpec spec = request.spec();
      reads.add(
          byId(tx, spec).thenCombine(registry.find(tx, spec.keyOrDefault()), KnownSeries::new));
    }
    return Futures.all(reads)
        .thenCombine(
            room(tx, requests), (known, room) -> create(tx, requests, spareIds, known, room))
        .thenCompose(results -> results);
  }

  private CompletableFuture<List<@Nullable Resolution>> create(
      Transaction tx,
      List<SeriesRequest> requests,
      int spareIds,
      List<KnownSeries> known,
      SeriesRoom room) {
    List<CompletableFuture<Lookup>> lookups = new ArrayList<>(requests.size());
    SeriesRoom left = room.copy();
    int count = 0;
    for (int i = 0; i < requests.size(); i++) {
      KnownSeries stored = known.get(i);
      String owner = requests.get(i).owner();
      SeriesSpec spec = requests.get(i).spec();
      if (stored.isNew() && left.isFor(owner)) {
        left.take(owner);
        count += spec.metricId() == null ? 1 : 0;
        lookups.add(deletedAt(tx, spec).thenApply(end -> new Lookup(stored, end)));
      } else {
        lookups.add(CompletableFuture.completedFuture(new Lookup(stored, null)));
      }
    }
    Set<Long> chosen =
        requests.stream()
            .map(request -> request.spec().metricId())
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet());
    return ids.reserveUnused(tx, count == 0 ? 0 : count + spareIds, chosen)
        .thenCombine(
            Futures.all(lookups), (fresh, found) -> create(tx, requests, found, fresh, room))
        .thenCompose(results -> results);
  }

  private CompletableFuture<List<@Nullable Resolution>> create(
      Transaction tx,
      List<SeriesRequest> requests,
      List<Lookup> known,
      Deque<Long> fresh,
      SeriesRoom room) {
    Map<SeriesKey, Metric> byKey = new HashMap<>();
    Map<Long, Metric> byId = new HashMap<>();
    Map<Long, Metric> created = new LinkedHashMap<>();
    Map<Long, Metric> retyped = new LinkedHashMap<>();
    List<@Nullable Resolution> results = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      SeriesRequest request = requests.get(i);
      Lookup state = known.get(i).with(byId, byKey, request.spec());
      boolean isNew = state.stored().isNew();
      Resolution resolution =
          isNew ? fresh(request, state.deletedAt(), fresh, room) : state.stored().check(request);
      if (resolution instanceof Found found) {
        Metric metric = found.metric();
        if (isNew) {
          room.take(request.owner());
        }
        if (isNew || created.containsKey(metric.id())) {
          created.put(metric.id(), metric);
        } else if (!metric.equals(state.stored().metric())) {
          retyped.put(metric.id(), metric);
        }
        byKey.put(metric.key(), metric);
        byId.put(metric.id(), metric);
      }
      results.add(resolution);
    }
    created.values().forEach(metric -> registry.create(tx, metric));
    room.save(tx, count);
    return registry
        .update(tx, retyped.values())
        .thenCompose(done -> reuse(tx, requests, created.keySet()))
        .thenApply(done -> results);
  }

  /**
   * The resolution of a series that is not stored. Null if it needs another transaction: no id is
   * left, or there seemed to be no room and its deletion was not read.
   */
  private @Nullable Resolution fresh(
      SeriesRequest request, @Nullable LogOffsets deletedAt, Deque<Long> fresh, SeriesRoom room) {
    Refused refusal = room.refusal(request.owner(), request.spec().keyOrDefault());
    if (refusal != null || deletedAt == null) {
      return refusal;
    }
    if (!request.isAfter(deletedAt)) {
      return new Deleted();
    }
    Long own = request.spec().metricId();
    Long id = own != null ? own : fresh.poll();
    return id == null ? null : new Found(registry.fresh(id, request, config, deletedAt));
  }

  /** Only ids that clients choose can have belonged to deleted metrics: fresh ones never have. */
  private CompletableFuture<Void> reuse(
      Transaction tx, List<SeriesRequest> requests, Set<Long> created) {
    List<CompletableFuture<Void>> reused = new ArrayList<>();
    for (SeriesRequest request : requests) {
      Long id = request.spec().metricId();
      if (id != null && created.contains(id)) {
        reused.add(rings.reuse(tx, id));
      }
    }
    return Futures.all(reused).thenApply(done -> null);
  }

  private CompletableFuture<SeriesRoom> room(ReadTransaction tx, List<SeriesRequest> requests) {
    Set<String> owners =
        requests.stream().map(SeriesRequest::owner).collect(Collectors.toUnmodifiableSet());
    return count
        .read(tx)
        .thenCombine(
            count.read(tx, owners), (series, owned) -> new SeriesRoom(series, owned, config));
  }

  /**
   * What a transaction knows about a requested series.
   *
   * @param deletedAt end of the log at its last deletion; null if not read
   */
  private record Lookup(KnownSeries stored, @Nullable LogOffsets deletedAt) {

    /** The same with the transaction's own changes. */
    Lookup with(Map<Long, Metric> ids, Map<SeriesKey, Metric> series, SeriesSpec spec) {
      Metric ownId = spec.metricId() == null ? null : ids.get(spec.metricId());
      Metric ownKey = series.get(spec.keyOrDefault());
      return new Lookup(
          new KnownSeries(
              ownId != null ? ownId : stored.byId(), ownKey != null ? ownKey : stored.byKey()),
          deletedAt);
    }
  }

  private CompletableFuture<KnownSeries> stored(ReadTransaction tx, SeriesSpec spec) {
    CompletableFuture<@Nullable Metric> byId = byId(tx, spec);
    CompletableFuture<@Nullable Metric> byKey =
        spec.key() == null
            ? CompletableFuture.completedFuture(null)
            : registry.find(tx, spec.key());
    return byId.thenCombine(byKey, KnownSeries::new);
  }

  private CompletableFuture<@Nullable Metric> byId(ReadTransaction tx, SeriesSpec spec) {
    return spec.metricId() == null
        ? CompletableFuture.completedFuture(null)
        : registry.read(tx, spec.metricId());
  }

  private CompletableFuture<LogOffsets> deletedAt(ReadTransaction tx, SeriesSpec spec) {
    CompletableFuture<LogOffsets> series = logEnd(tx, keys.deletedSeries(spec.keyOrDefault()));
    return spec.metricId() == null
        ? series
        : series.thenCombine(logEnd(tx, keys.deletedId(spec.metricId())), LogOffsets::max);
  }

  private CompletableFuture<LogOffsets> logEnd(ReadTransaction tx, byte[] markKey) {
    return registry
        .mark(tx, markKey)
        .thenApply(mark -> mark == null ? LogOffsets.NONE : mark.logEnd());
  }

  /** Splits requests into what one transaction can create. */
  private List<List<SeriesRequest>> creatable(List<SeriesRequest> requests) {
    List<List<SeriesRequest>> chunks = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < requests.size(); i++) {
      long more = createdBytes(requests.get(i).spec().keyOrDefault());
      if (i > from
          && (bytes + more > config.transactionBytes() || i - from == CREATED_PER_TRANSACTION)) {
        chunks.add(requests.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    chunks.add(requests.subList(from, requests.size()));
    return chunks;
  }

  private static long createdBytes(SeriesKey key) {
    return CREATED_BYTES + 100L * key.tags().size() + CREATED_TEXTS * key.textBytes();
  }

  private interface Step<A, B> {
    CompletableFuture<List<B>> apply(List<A> chunk);
  }

  /** Applies a step to the chunks in order and concatenates the results. */
  private static <A, B> CompletableFuture<List<B>> inChunks(
      List<A> items, int size, Step<A, B> step) {
    List<List<A>> chunks = new ArrayList<>();
    for (int from = 0; from < items.size(); from += size) {
      chunks.add(items.subList(from, Math.min(items.size(), from + size)));
    }
    return inChunks(chunks, step);
  }

  private static <A, B> CompletableFuture<List<B>> inChunks(List<List<A>> chunks, Step<A, B> step) {
    CompletableFuture<List<B>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (List<A> chunk : chunks) {
      all =
          all.thenCompose(
              done ->
                  step.apply(chunk)
                      .thenApply(
                          more -> {
                            done.addAll(more);
                            return done;
                          }));
    }
    return all;
  }
}
