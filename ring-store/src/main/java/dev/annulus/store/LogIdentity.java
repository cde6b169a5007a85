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
 * Which log the positions, deletion marks and floors of the store are of. Offsets mean nothing in
 * another log: one that was lost and made anew starts at 0 again, and what an old mark says would
 * drop new samples until they pass it. The same holds for the end of a log that has lost its tail.
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

  /** How the log at hand compares with the one the store knows. */
  public enum Change {
    /** It is that one. */
    SAME,
    /** The store knew none. */
    FIRST,
    /** It is another one. */
    OTHER,
    /** It is that one, but ends before what the store has of it. */
    SHORTENED
  }

  /**
   * What became of it.
   *
   * @param before the id the store knew; null if none
   * @param marks deletion marks that were beyond the log
   * @param series names of some series they were of
   */
  public record Adopted(Change change, @Nullable String before, int marks, List<String> series) {
    public Adopted {
      series = List.copyOf(series);
    }
  }

  /**
   * Makes the store know a log. If it is another one, or shorter than it was, positions, deletion
   * marks and floors that reach beyond it are cut. May be cut off and repeated, and called by
   * several at once.
   *
   * @param id of the log, such as the topic's id in Kafka
   * @param ends asks for the offset after the last record of each partition
   */
  public CompletableFuture<Adopted> adopt(String id, Supplier<CompletableFuture<LogOffsets>> ends) {
    CompletableFuture<@Nullable String> knows =
        engine.read(tx -> tx.get(keys.log())).thenApply(LogIdentity::decode);
    return knows.thenCompose(
        known ->
            // What the store has is asked for first: a writer may move it on meanwhile.
            furthest()
                .thenCompose(
                    furthest -> ends.get().thenCompose(end -> adopt(known, id, furthest, end))));
  }

  private CompletableFuture<Adopted> adopt(
      @Nullable String known, String id, LogOffsets furthest, LogOffsets ends) {
    boolean beyond = furthest.exceeds(ends);
    if (known == null) {
      // One that has more than the log and never knew its own has seen another.
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

  /** How far positions and deletion marks reach. */
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

  /** First floors, then marks and positions with the new id: until then it starts over. */
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
                                  // A record tried in another log is not the one at its offset.
                                  keys.restarts().forEach(tx::clear);
                                  return positions.cut(tx, limit);
                                })
                            .thenApply(done -> new Adopted(change, known, marks, series))));
  }

  private interface Body {
    CompletableFuture<Void> run();
  }

  /** Does nothing if somebody else has made the store know the log meanwhile. */
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

  /** How many were cut. */
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
