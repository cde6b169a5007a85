package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal in the database: what commits did to slots and counters, in one lane for each
 * partition of the log. A lane's entries have consecutive numbers; its head is the next one, and
 * everything below its flushed mark is in blocks. Thread-safe.
 */
final class Journal {
  /** Entries that one transaction reads: a few MB. */
  private static final int ENTRIES_PER_READ = 256;

  private static final int PAGE = 5_000;

  private final Keys keys;

  Journal(Keys keys) {
    this.keys = keys;
  }

  /** The number of a lane's next entry. */
  CompletableFuture<Long> head(ReadTransaction tx, int lane) {
    return tx.get(keys.head(lane)).thenApply(Journal::number);
  }

  /** The heads of all lanes. */
  CompletableFuture<Map<Integer, Long>> heads(ReadTransaction tx) {
    return numbers(tx, keys.heads());
  }

  /** The number of a lane's first entry that is not in blocks. */
  CompletableFuture<Long> flushed(ReadTransaction tx, int lane) {
    return tx.get(keys.flushed(lane)).thenApply(Journal::number);
  }

  /**
   * Appends entries to a lane. The head must have been read in this transaction: a remembered one
   * could overwrite an entry.
   */
  void append(Transaction tx, int lane, long head, List<byte[]> entries) {
    long number = head;
    for (byte[] entry : entries) {
      tx.set(keys.journal(lane, number++), entry);
    }
    tx.set(keys.head(lane), encode(number));
  }

  /** Removes a lane's entries from {@code first} up to {@code end}, which are in blocks. */
  void truncate(Transaction tx, int lane, long first, long end) {
    tx.set(keys.flushed(lane), encode(end));
    tx.clear(keys.journal(lane, first, end));
  }

  /** Marks a ring whose entries are void from now on. */
  void ringIsGone(Transaction tx, long ringId, GoneMark mark) {
    tx.set(keys.goneRing(ringId), mark.encode());
  }

  /** Marks a counter whose states are void from now on. */
  void counterIsGone(Transaction tx, long metricId, GoneMark mark) {
    tx.set(keys.goneCounter(metricId), mark.encode());
  }

  /**
   * An entry as read.
   *
   * @param number in its lane
   */
  record Read(int lane, long number, JournalEntry entry) {}

  /**
   * What one transaction has read, beyond what its reader knew.
   *
   * @param snapshot for {@link KeyValueEngine#readSince}
   * @param version the metadata version; null before the first change
   * @param marks null if they are those that the reader knows
   * @param entries of each lane, consecutive; perhaps not up to its head
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  record News(
      long snapshot,
      byte @Nullable [] version,
      @Nullable GoneMarks marks,
      Map<Integer, Long> heads,
      Map<Integer, Long> flushed,
      List<Read> entries) {}

  /** Reads what a view does not have yet, up to some MB. */
  CompletableFuture<News> news(ReadTransaction tx, TailView known) {
    CompletableFuture<Long> snapshot = tx.snapshotVersion();
    CompletableFuture<byte @Nullable []> version = tx.metadataVersion();
    CompletableFuture<Map<Integer, Long>> heads = heads(tx);
    CompletableFuture<Map<Integer, Long>> flushed = numbers(tx, keys.flushed());
    CompletableFuture<@Nullable GoneMarks> marks =
        version.thenCompose(
            now -> known.fits(now) ? CompletableFuture.completedFuture(null) : marks(tx));
    return CompletableFuture.allOf(snapshot, heads, flushed)
        .thenCompose(done -> entries(tx, known, heads.join(), flushed.join()))
        .thenCombine(
            marks,
            (entries, gone) ->
                new News(
                    snapshot.join(), version.join(), gone, heads.join(), flushed.join(), entries));
  }

  private CompletableFuture<List<Read>> entries(
      ReadTransaction tx, TailView known, Map<Integer, Long> heads, Map<Integer, Long> flushed) {
    Map<Integer, Long> wanted = new TreeMap<>();
    heads.forEach(
        (lane, head) -> {
          // A lane that the database has less of than the reader has lost commits: read it again.
          long next = known.lane(lane).next() > head ? 0 : known.lane(lane).next();
          long from = Math.max(next, flushed.getOrDefault(lane, 0L));
          if (from < head) {
            wanted.put(lane, from);
          }
        });
    List<CompletableFuture<List<Read>>> reads = new ArrayList<>(wanted.size());
    int each = Math.max(1, ENTRIES_PER_READ / Math.max(1, wanted.size()));
    wanted.forEach(
        (lane, from) ->
            reads.add(
                tx.getRange(
                        keys.journal(lane, from, heads.getOrDefault(lane, 0L)),
                        each,
                        Order.ASCENDING)
                    .thenApply(found -> decoded(lane, from, found))));
    return Futures.all(reads).thenApply(all -> all.stream().flatMap(List::stream).toList());
  }

  private List<Read> decoded(int lane, long from, Entries found) {
    if (found.isEmpty()) {
      throw new StoreException(
          Kind.CORRUPT, "lane %d of the journal has no entry %d".formatted(lane, from));
    }
    List<Read> entries = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      long number = from + i;
      if (!Arrays.equals(found.key(i), keys.journal(lane, number))) {
        throw new StoreException(
            Kind.CORRUPT, "lane %d of the journal has no entry %d".formatted(lane, number));
      }
      entries.add(new Read(lane, number, JournalEntry.decode(found.value(i))));
    }
    return entries;
  }

  private CompletableFuture<GoneMarks> marks(ReadTransaction tx) {
    Map<Long, GoneMark> rings = new HashMap<>();
    Map<Long, GoneMark> counters = new HashMap<>();
    return forEach(
            tx,
            keys.goneRings(),
            (key, value) -> rings.put(keys.markedIdOf(key), GoneMark.decode(value)))
        .thenCompose(
            done ->
                forEach(
                    tx,
                    keys.goneCounters(),
                    (key, value) -> counters.put(keys.markedIdOf(key), GoneMark.decode(value))))
        .thenApply(done -> new GoneMarks(rings, counters));
  }

  /** Removes marks if they are still these; the journal must have been flushed past them. */
  CompletableFuture<Void> removeMarks(Transaction tx, GoneMarks past) {
    List<CompletableFuture<Void>> removed = new ArrayList<>();
    past.rings().forEach((id, mark) -> removed.add(remove(tx, keys.goneRing(id), mark)));
    past.counters().forEach((id, mark) -> removed.add(remove(tx, keys.goneCounter(id), mark)));
    // Whoever knows a mark that is gone would take the entries of the id's next owner for void.
    tx.touchMetadataVersion();
    return Futures.all(removed).thenApply(done -> null);
  }

  private static CompletableFuture<Void> remove(Transaction tx, byte[] key, GoneMark mark) {
    return tx.get(key)
        .thenAccept(
            found -> {
              if (found != null && GoneMark.decode(found).equals(mark)) {
                tx.clear(key);
              }
            });
  }

  /**
   * Gives an id a new owner: if an earlier one has left marks, they end at the current heads. No
   * later entry is the earlier owner's, since the transaction that made the marks made its writers
   * conflict.
   */
  CompletableFuture<Void> reuse(Transaction tx, long id) {
    return tx.get(keys.goneRing(id))
        .thenCombine(
            tx.get(keys.goneCounter(id)),
            (ring, counter) ->
                ring == null && counter == null
                    ? null
                    : new boolean[] {ring != null, counter != null})
        .thenCompose(
            marked ->
                marked == null
                    ? CompletableFuture.<Void>completedFuture(null)
                    : heads(tx.snapshot())
                        .thenAccept(
                            heads -> {
                              GoneMark mark = new GoneMark(false, heads);
                              if (marked[0]) {
                                ringIsGone(tx, id, mark);
                              }
                              if (marked[1]) {
                                counterIsGone(tx, id, mark);
                              }
                              tx.touchMetadataVersion();
                            }));
  }

  private CompletableFuture<Map<Integer, Long>> numbers(ReadTransaction tx, KeyRange range) {
    Map<Integer, Long> numbers = new TreeMap<>();
    return forEach(tx, range, (key, value) -> numbers.put(keys.laneOf(key), number(value)))
        .thenApply(done -> numbers);
  }

  private static CompletableFuture<Void> forEach(
      ReadTransaction tx, KeyRange range, BiConsumer<byte[], byte[]> action) {
    KeyRange[] rest = {range};
    return Futures.whileTrue(
        () ->
            tx.getRange(rest[0], PAGE, Order.ASCENDING)
                .thenApply(
                    page -> {
                      for (int i = 0; i < page.size(); i++) {
                        action.accept(page.key(i), page.value(i));
                      }
                      if (page.size() < PAGE) {
                        return false;
                      }
                      rest[0] = rest[0].beyond(page.key(PAGE - 1));
                      return true;
                    }));
  }

  private static byte[] encode(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static long number(byte @Nullable [] value) {
    if (value == null) {
      return 0;
    }
    if (value.length != Long.BYTES) {
      throw new StoreException(Kind.CORRUPT, "a lane's number has the wrong length");
    }
    return ByteBuffer.wrap(value).getLong();
  }
}
