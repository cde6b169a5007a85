package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log that the store's positions, deletion marks and log floors refer to. Offsets are
 * meaningless in another log: a recreated log starts at 0, and an old deletion mark would drop new
 * samples until they pass it. The same applies beyond the end of a log that has lost its tail.
 * Thread-safe.
 */
public final class LogIdentity {
  private static final int CHUNK = 500;
  private static final int LISTED = 20;

  private final KeyValueEngine engine;
  private final Keys keys;
  private final Registry registry;
  private final Positions positions;

  LogIdentity(KeyValueEngine engine, Keys keys, Registry registry, Positions positions) {
    this.engine = engine;
    this.keys = keys;
    this.registry = registry;
    this.positions = positions;
  }

  /** How the current log compares with the one the store knows. */
  public enum Change {
    /** It is the same log. */
    SAME,
    /** The store knew no log. */
    FIRST,
    /** It is another log. */
    OTHER,
    /** It is the same log, but it ends before the store's positions or marks. */
    SHORTENED
  }

  /**
   * The result of adopting a log.
   *
   * @param before the id that the store knew; null if none
   * @param marks number of voided deletion marks, which were beyond the end of the log
   * @param series names of some of their series
   */
  public record Adopted(Change change, @Nullable String before, int marks, List<String> series) {
    public Adopted {
      series = List.copyOf(series);
    }
  }

  /**
   * Records the store's log. If it is another log, or shorter than before, truncates positions,
   * deletion marks and floors to its end. Idempotent; may be interrupted and called concurrently.
   *
   * @param id id of the log: the topic id in Kafka
   * @param ends fetches the end offset of each partition
   */
  public CompletableFuture<Adopted> adopt(String id, Supplier<CompletableFuture<LogOffsets>> ends) {
    CompletableFuture<@Nullable String> knows =
        engine.read(tx -> tx.get(keys.log())).thenApply(LogIdentity::decode);
    return knows.thenCompose(
        known ->
            // Reads the store first: a writer may advance it concurrently.
            furthest()
                .thenCompose(
                    furthest -> ends.get().thenCompose(end -> adopt(known, id, furthest, end))));
  }

  private CompletableFuture<Adopted> adopt(
      @Nullable String known, String id, LogOffsets furthest, LogOffsets ends) {
    boolean beyond = furthest.exceeds(ends);
    if (known == null) {
      // A store with no recorded log but offsets beyond this one has seen another.
      return beyond ? cut(null, id, Change.OTHER, LogOffsets.NONE) : first(id);
    }
    if (!known.equals(id)) {
      return cut(known, id, Change.OTHER, LogOffsets.NONE);
    }
    return beyond
        ? cut(known, id, Change.SHORTENED, ends)
        : CompletableFuture.completedFuture(new Adopted(Change.SAME, known, 0, List.of()));
  }

  private CompletableFuture<Adopted> first(String id) {
    return engine.write(
        tx ->
            tx.get(keys.log())
                .thenApply(
                    found -> {
                      if (found == null) {
                        tx.set(keys.log(), Tuple.from(id).pack());
                      }
                      return new Adopted(Change.FIRST, null, 0, List.of());
                    }));
  }

  /** The largest offsets among positions and deletion marks. */
  private CompletableFuture<LogOffsets> furthest() {
    return positions
        .read()
        .thenCompose(
            reached -> {
              long[] offsets =
                  new long[reached.keySet().stream().mapToInt(p -> p + 1).max().orElse(0)];
              reached.forEach((partition, offset) -> offsets[partition] = offset);
              return furthestMark(keys.deletionMarks(), new LogOffsets(offsets));
            });
  }

  private CompletableFuture<LogOffsets> furthestMark(List<KeyRange> ranges, LogOffsets before) {
    if (ranges.isEmpty()) {
      return CompletableFuture.completedFuture(before);
    }
    KeyRange range = ranges.get(0);
    List<KeyRange> rest = new ArrayList<>(ranges.subList(1, ranges.size()));
    return engine
        .read(tx -> tx.getRange(range, CHUNK, Order.ASCENDING))
        .thenCompose(
            entries -> {
              LogOffsets furthest = before;
              for (int i = 0; i < entries.size(); i++) {
                furthest = furthest.max(DeletionMark.decode(entries.value(i)).logEnd());
              }
              if (entries.size() == CHUNK) {
                rest.add(range.beyond(entries.key(CHUNK - 1)));
              }
              return furthestMark(rest, furthest);
            });
  }

  /**
   * First floors, then marks and positions together with the new id, so an interruption starts
   * over.
   */
  private CompletableFuture<Adopted> cut(
      @Nullable String known, String id, Change change, LogOffsets limit) {
    List<String> series = new ArrayList<>();
    return cutFloors(known, limit, -1)
        .thenCompose(done -> cutMarks(known, limit, keys.deletionMarks(), series, 0))
        .thenCompose(
            marks ->
                engine.write(
                    tx ->
                        ifStill(
                                tx,
                                known,
                                () -> {
                                  tx.set(keys.log(), Tuple.from(id).pack());
                                  tx.touchMetadataVersion();
                                  // A record tried in another log is not the record at that offset.
                                  keys.restarts().forEach(tx::clear);
                                  return positions.cut(tx, limit);
                                })
                            .thenApply(done -> new Adopted(change, known, marks, series))));
  }

  private interface Body {
    CompletableFuture<Void> run();
  }

  /** Does nothing if another caller has recorded the log in the meantime. */
  private CompletableFuture<Void> ifStill(Transaction tx, @Nullable String known, Body body) {
    return tx.get(keys.log())
        .thenCompose(
            now ->
                Objects.equals(decode(now), known)
                    ? body.run()
                    : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<Void> cutFloors(
      @Nullable String known, LogOffsets limit, long afterId) {
    return registry
        .list(afterId, CHUNK)
        .thenCompose(
            page -> {
              List<Long> ids =
                  page.stream().filter(m -> m.logFloor().exceeds(limit)).map(Metric::id).toList();
              CompletableFuture<Void> done =
                  ids.isEmpty()
                      ? CompletableFuture.completedFuture(null)
                      : engine.write(tx -> ifStill(tx, known, () -> cutFloors(tx, ids, limit)));
              return page.size() < CHUNK
                  ? done
                  : done.thenCompose(
                      cut -> cutFloors(known, limit, page.get(page.size() - 1).id()));
            });
  }

  private CompletableFuture<Void> cutFloors(Transaction tx, List<Long> ids, LogOffsets limit) {
    return registry
        .readAll(tx, ids)
        .thenCompose(
            metrics ->
                registry.update(
                    tx,
                    metrics.stream().map(m -> m.withLogFloor(m.logFloor().min(limit))).toList()));
  }

  /** Returns how many marks were truncated. */
  private CompletableFuture<Integer> cutMarks(
      @Nullable String known,
      LogOffsets limit,
      List<KeyRange> ranges,
      List<String> series,
      int before) {
    if (ranges.isEmpty()) {
      return CompletableFuture.completedFuture(before);
    }
    KeyRange range = ranges.get(0);
    List<KeyRange> rest = new ArrayList<>(ranges.subList(1, ranges.size()));
    return engine
        .write(
            tx ->
                tx.getRange(range, CHUNK, Order.ASCENDING)
                    .thenCompose(
                        entries ->
                            ifStill(
                                    tx,
                                    known,
                                    () -> {
                                      cutMarks(tx, entries, limit);
                                      return CompletableFuture.completedFuture(null);
                                    })
                                .thenApply(done -> entries)))
        .thenCompose(
            entries -> {
              int cut = 0;
              for (int i = 0; i < entries.size(); i++) {
                if (DeletionMark.decode(entries.value(i)).logEnd().exceeds(limit)) {
                  cut++;
                  keys.deletedSeriesOf(entries.key(i))
                      .filter(key -> series.size() < LISTED)
                      .ifPresent(key -> series.add(key.toString()));
                }
              }
              if (entries.size() == CHUNK) {
                rest.add(0, range.beyond(entries.key(CHUNK - 1)));
              }
              return cutMarks(known, limit, rest, series, before + cut);
            });
  }

  private static void cutMarks(Transaction tx, Entries entries, LogOffsets limit) {
    for (int i = 0; i < entries.size(); i++) {
      DeletionMark mark = DeletionMark.decode(entries.value(i));
      if (mark.logEnd().exceeds(limit)) {
        LogOffsets end = mark.logEnd().min(limit);
        if (end.equals(LogOffsets.NONE)) {
          tx.clear(entries.key(i));
        } else {
          tx.set(entries.key(i), new DeletionMark(mark.operation(), end).encode());
        }
      }
    }
  }

  private static @Nullable String decode(byte @Nullable [] value) {
    return value == null ? null : Tuple.fromBytes(value).getString(0);
  }
}
