package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.model.MetricIds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;

/** Allocates ascending ids; reserved ones that are not used are gaps. Thread-safe. */
final class IdSequence {
  private final Keys keys;

  IdSequence(Keys keys) {
    this.keys = keys;
  }

  /**
   * Reserves ids in a transaction.
   *
   * @return the first of {@code count} consecutive ids
   */
  CompletableFuture<Long> reserve(Transaction tx, int count) {
    return tx.get(keys.idSequence())
        .thenApply(
            value -> {
              long first = value == null ? 1 : Tuple.fromBytes(value).getLong(0);
              if (first + count - 1 > MetricIds.MAX) {
                throw new StoreException(
                    StoreException.Kind.UNUSABLE, "all " + MetricIds.MAX + " metric ids are used");
              }
              tx.set(keys.idSequence(), Tuple.from(first + count).pack());
              return first;
            });
  }

  /**
   * Reserves ids for new metrics. Clients may choose ids that the sequence has not come to: those
   * of metrics are left out, and those of deleted metrics, whose marks would apply to a new one.
   *
   * @param count of ids to reserve; 0 for none
   * @param chosen ids left out as well
   * @return those of the reserved ids that are unused, ascending; fewer than {@code count}, even
   *     none, if others are used
   */
  CompletableFuture<Deque<Long>> reserveUnused(Transaction tx, int count, Set<Long> chosen) {
    return count == 0
        ? CompletableFuture.completedFuture(new ArrayDeque<>())
        : reserve(tx, count).thenCompose(first -> unused(tx, first, count, chosen));
  }

  private CompletableFuture<Deque<Long>> unused(
      ReadTransaction tx, long first, int count, Set<Long> chosen) {
    long end = first + count;
    KeyRange metrics = new KeyRange(keys.metric(first), keys.metric(end));
    List<KeyRange> marks =
        List.of(
            new KeyRange(keys.deletedId(first), keys.deletedId(end)),
            new KeyRange(keys.goneRing(first), keys.goneRing(end)),
            new KeyRange(keys.goneCounter(first), keys.goneCounter(end)));
    List<CompletableFuture<Set<Long>>> reads = new ArrayList<>();
    reads.add(idsIn(tx, metrics, count, keys::metricIdOf));
    marks.forEach(range -> reads.add(idsIn(tx, range, count, keys::markedIdOf)));
    return Futures.all(reads)
        .thenApply(
            read -> {
              Set<Long> used = new HashSet<>(chosen);
              read.forEach(used::addAll);
              Deque<Long> unused = new ArrayDeque<>(count);
              for (long id = first; id < end; id++) {
                if (!used.contains(id)) {
                  unused.add(id);
                }
              }
              return unused;
            });
  }

  private static CompletableFuture<Set<Long>> idsIn(
      ReadTransaction tx, KeyRange range, int count, ToLongFunction<byte[]> idOf) {
    return tx.getRange(range, count, Order.ASCENDING)
        .thenApply(
            entries -> {
              Set<Long> ids = new HashSet<>();
              for (int i = 0; i < entries.size(); i++) {
                ids.add(idOf.applyAsLong(entries.key(i)));
              }
              return ids;
            });
  }
}
