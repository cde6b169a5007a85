package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.Entries;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells caches which metrics have changed. Every change touches the metadata version, which readers
 * get for free; only when it differs do they read this log, a ring of {@value Keys#CHANGES}
 * entries.
 */
final class ChangeLog {
  private final Keys keys;

  ChangeLog(Keys keys) {
    this.keys = keys;
  }

  /**
   * A reader's position in the change log.
   *
   * @param version the metadata version, null before the first change
   * @param number number of the newest change seen
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  record Position(byte @Nullable [] version, long number) {}

  /**
   * The changes after a position.
   *
   * @param now the current position
   * @param metricIds the changed metrics; null if the reader is too far behind to know
   */
  record Changes(Position now, @Nullable List<Long> metricIds) {}

  /** Appends a metric's change in a transaction. */
  CompletableFuture<Void> append(Transaction tx, long metricId) {
    return head(tx)
        .thenAccept(
            head -> {
              long number = head + 1;
              tx.set(keys.changeHead(), Tuple.from(number).pack());
              tx.set(keys.change(number), Tuple.from(number, metricId).pack());
              tx.touchMetadataVersion();
            });
  }

  /** The current position. */
  CompletableFuture<Position> position(ReadTransaction tx) {
    CompletableFuture<Long> head = head(tx);
    return tx.metadataVersion().thenCombine(head, Position::new);
  }

  /** The changes after {@code number}. */
  CompletableFuture<Changes> since(ReadTransaction tx, long number) {
    return position(tx)
        .thenCompose(
            now -> {
              if (now.number() == number) {
                return CompletableFuture.completedFuture(new Changes(now, List.of()));
              }
              if (now.number() - number > Keys.CHANGES) {
                return CompletableFuture.completedFuture(new Changes(now, null));
              }
              return tx.getRange(keys.changes(), Keys.CHANGES, Order.ASCENDING)
                  .thenApply(entries -> new Changes(now, idsAfter(entries, number)));
            });
  }

  private CompletableFuture<Long> head(ReadTransaction tx) {
    return tx.get(keys.changeHead())
        .thenApply(value -> value == null ? 0L : Tuple.fromBytes(value).getLong(0));
  }

  private static List<Long> idsAfter(Entries entries, long number) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Tuple change = Tuple.fromBytes(entries.value(i));
      if (change.getLong(0) > number) {
        ids.add(change.getLong(1));
      }
    }
    return ids;
  }
}
