package dev.annulus.kv.embedded;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.buffer.WriteBuffer;
import dev.annulus.kv.ring.RingChanges;
import dev.annulus.kv.ring.RingSlot;
import dev.annulus.kv.ring.RingSpace;
import dev.annulus.kv.ring.SortedRun;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rings: blocks of slots on disk, and recently written slots in memory.
 *
 * <p>A commit appends its slots to the journal, as one entry in the same write batch as its other
 * keys, and keeps them in memory as a {@link SortedRun}. When the runs reach a limit, a background
 * thread flushes them: it merges them into the blocks on disk and truncates the journal. Merging is
 * idempotent, so a flush may stop anywhere. Opening replays the journal into memory. This is an LSM
 * tree of two levels, with the lower level updated in place by block. A slot is never its own
 * RocksDB key.
 *
 * <p>Readers see the runs of a {@link View} merged over a snapshot of the blocks. Callers of {@link
 * #stage}, {@link #commit} and {@link #abandon} hold the engine's commit lock; the rest is
 * thread-safe.
 */
final class RingTable {
  private static final Logger LOG = LoggerFactory.getLogger(RingTable.class);

  /** This many runs of one size class merge into one of the next. */
  private static final int FAN_OUT = 8;

  /** Runs of at least this many slots are not merged in memory. */
  private static final int LARGE_RUN = 16_384;

  private static final int LOCKED_ATTEMPT = 4;
  private static final int MAX_PART_BYTES = 1 << 20;

  private final RocksFiles files;
  private final RingBlocks blocks;
  private final ReentrantLock commitLock;
  private final long pendingBytes;
  private final int partBytes;
  private final WriteOptions writeOptions = new WriteOptions();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "annulus-store-rings");
            thread.setDaemon(true);
            return thread;
          });
  private volatile View view = View.EMPTY;
  // Guarded by the commit lock.
  private long journaled;
  private long flushingUpTo;
  private volatile @Nullable CompletableFuture<Void> flushing;
  private volatile boolean closed;

  /**
   * @param pendingBytes memory of runs that triggers a flush; at twice as much, commits wait
   */
  RingTable(RocksFiles files, ReentrantLock commitLock, long pendingBytes) {
    this.files = files;
    this.blocks = new RingBlocks(files);
    this.commitLock = commitLock;
    this.pendingBytes = pendingBytes;
    this.partBytes = (int) Math.min(MAX_PART_BYTES, pendingBytes / 4);
  }

  /**
   * The slots in memory over the blocks on disk. Immutable.
   *
   * @param version of the first commit that it includes
   * @param runs in commit order
   * @param flushing how many of the first runs a flush is writing
   * @param clears how many commits so far have cleared slots
   * @param before the view for snapshots older than {@code version}; null once that commit is
   *     complete
   */
  record View(
      long version, List<SortedRun> runs, int flushing, long clears, @Nullable View before) {
    static final View EMPTY = new View(0, List.of(), 0, 0, null);

    View committed() {
      return with(runs, flushing);
    }

    View with(List<SortedRun> otherRuns, int otherFlushing) {
      return new View(version, List.copyOf(otherRuns), otherFlushing, clears, null);
    }

    /** The view for a snapshot. */
    View at(long snapshot) {
      return before != null && snapshot < version ? before : this;
    }

    private long waitingBytes() {
      long sum = 0;
      for (SortedRun run : runs.subList(flushing, runs.size())) {
        sum += run.memoryBytes();
      }
      return sum;
    }
  }

  /**
   * The current view. It fits a snapshot taken afterwards if it is still current then; see {@link
   * View#at}.
   */
  View view() {
    return view;
  }

  /** The ring part of a transaction's writes. */
  static RingChanges changesOf(WriteBuffer writes) {
    RingChanges.Builder changes = new RingChanges.Builder(writes.mutations().size());
    for (WriteBuffer.Mutation mutation : writes.mutations()) {
      if (mutation instanceof WriteBuffer.ByteMax max) {
        byte[] key = max.key();
        if (RingSpace.contains(key)) {
          changes.merge(RingSpace.ring(key), RingSpace.slot(key), max.value());
        }
      } else if (mutation instanceof WriteBuffer.Clear clear) {
        if (RingSpace.contains(clear.key())) {
          RingSlot slot = RingSpace.ringSlot(clear.key());
          changes.clear(new RingSlot.Range(slot, slot.next()));
        }
      } else if (mutation instanceof WriteBuffer.ClearRange clear) {
        changes.clear(RingSpace.slots(clear.range()));
      }
    }
    return changes.build();
  }

  /** Replays the journal, and converts slots that an older version stored as one key each. */
  void recover() throws RocksDBException {
    List<SortedRun> runs = new ArrayList<>();
    try (RocksIterator entries = files.db().newIterator(files.journal())) {
      for (entries.seekToFirst(); entries.isValid(); entries.next()) {
        apply(RingChanges.decode(entries.value()), runs);
        journaled = ByteBuffer.wrap(entries.key()).getLong();
        mergeSmall(runs, 0);
      }
      entries.status();
    }
    view = view.with(runs, 0);
    takeOverKeys();
  }

  private void takeOverKeys() throws RocksDBException {
    KeyRange space = RingSpace.all();
    long taken = 0;
    try (RocksIterator keys = files.db().newIterator()) {
      WriteBuffer part = new WriteBuffer();
      for (keys.seek(space.begin()); keys.isValid(); keys.next()) {
        if (!space.contains(keys.key())) {
          break;
        }
        part.byteMax(keys.key(), keys.value());
        taken++;
        if (part.bytes() > MAX_PART_BYTES) {
          write(changesOf(part));
          part = new WriteBuffer();
        }
      }
      keys.status();
      write(changesOf(part));
    }
    if (taken > 0) {
      SerializedBatch batch = new SerializedBatch(64, 1);
      batch.deleteRange(SerializedBatch.DEFAULT_FAMILY, space.begin(), space.end());
      write(batch);
      LOG.atInfo().addKeyValue("slots", taken).log("converted slots of an older store into blocks");
    }
  }

  private void write(RingChanges changes) throws RocksDBException {
    awaitRoom();
    commitLock.lock();
    try {
      SerializedBatch batch = new SerializedBatch(0, 1);
      stage(changes, files.db().getLatestSequenceNumber() + 1, batch);
      write(batch);
      commit();
    } finally {
      commitLock.unlock();
    }
  }

  /**
   * Waits until slots may be added. The caller must not hold the commit lock.
   *
   * @throws StoreException if the flush fails
   */
  void awaitRoom() {
    if (view.waitingBytes() < pendingBytes) {
      return;
    }
    CompletableFuture<Void> done;
    commitLock.lock();
    try {
      if (view.flushing() == 0 || view.waitingBytes() < pendingBytes) {
        flushIfDue();
        return;
      }
      done = flushing == null ? startFlush() : flushing;
    } finally {
      commitLock.unlock();
    }
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StoreException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Adds the ring part of a commit to its batch, visible to snapshots from {@code version} on. */
  void stage(RingChanges changes, long version, SerializedBatch batch) throws RocksDBException {
    if (changes.isEmpty()) {
      return;
    }
    byte[] entry = changes.encode();
    batch.put(files.journal().getID(), number(journaled + 1), entry, entry.length);
    blocks.clear(changes.cleared(), batch);
    View before = view;
    List<SortedRun> runs = new ArrayList<>(before.runs());
    apply(changes, runs);
    mergeSmall(runs, before.flushing());
    journaled++;
    long clears = before.clears() + (changes.cleared().isEmpty() ? 0 : 1);
    view = new View(version, List.copyOf(runs), before.flushing(), clears, before);
  }

  /** Completes the staged commit after its batch is written. */
  void commit() {
    View staged = view;
    if (staged.before() != null) {
      view = staged.committed();
      flushIfDue();
    }
  }

  /** Undoes the staged commit after its batch failed. */
  void abandon() {
    View before = view.before();
    if (before != null) {
      view = before;
    }
  }

  /** Stops the flush at its next part; callers waiting for room fail. */
  void stop() {
    closed = true;
  }

  /**
   * Waits for the flush thread to end, after the last commit; unflushed slots stay in the journal.
   *
   * @return false if it is still running after {@code patience}
   */
  boolean awaitStopped(Duration patience) {
    worker.shutdown();
    boolean interrupted = false;
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        try {
          return worker.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Frees native memory; call after {@link #awaitStopped}. */
  void free() {
    writeOptions.close();
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static void apply(RingChanges changes, List<SortedRun> runs) {
    if (!changes.cleared().isEmpty()) {
      runs.replaceAll(run -> run.without(changes.cleared()));
    }
    if (changes.run().slots() > 0) {
      runs.add(changes.run());
    }
  }

  /** Merges small runs at the end of the list while there are many. */
  private static void mergeSmall(List<SortedRun> runs, int from) {
    for (int size = FAN_OUT; size < FAN_OUT * LARGE_RUN; size *= FAN_OUT) {
      int limit = Math.min(size, LARGE_RUN);
      int first = runs.size();
      while (first > from && runs.get(first - 1).slots() < limit) {
        first--;
      }
      if (runs.size() - first >= FAN_OUT) {
        List<SortedRun> small = runs.subList(first, runs.size());
        SortedRun merged = SortedRun.merged(small);
        small.clear();
        runs.add(merged);
      }
    }
  }

  /** Starts a flush if the runs have reached the limit. The caller holds the commit lock. */
  private void flushIfDue() {
    View current = view;
    if (current.flushing() == 0 && !closed && current.waitingBytes() >= pendingBytes) {
      view = current.with(current.runs(), current.runs().size());
      flushingUpTo = journaled;
      startFlush();
    }
  }

  private CompletableFuture<Void> startFlush() {
    // Once closed, the flush fails at its first part, which wakes waiting callers.
    CompletableFuture<Void> done = CompletableFuture.runAsync(this::flushAll, worker);
    flushing = done;
    return done;
  }

  private void flushAll() {
    try {
      RingSlot next = RingSlot.FIRST;
      while (next != null) {
        if (closed) {
          throw new StoreException(Kind.UNAVAILABLE, "the store is closed");
        }
        next = flushPart(next);
      }
    } catch (RocksDBException | RuntimeException e) {
      flushing = null;
      if (closed) {
        throw new StoreException(Kind.UNAVAILABLE, "the store is closed", e);
      }
      LOG.atError().setCause(e).log("flushing slots failed; they stay in the journal");
      throw e instanceof RocksDBException failure
          ? RocksFiles.failure(failure)
          : (RuntimeException) e;
    }
  }

  /**
   * Flushes the next blocks. A clear between reading and writing them would be undone, so they are
   * then read again, the last time with the commit lock held.
   *
   * @return where the next part starts; null once everything is on disk and the journal is
   *     truncated
   */
  private @Nullable RingSlot flushPart(RingSlot from) throws RocksDBException {
    for (int attempt = 1; attempt < LOCKED_ATTEMPT; attempt++) {
      View seen = committed();
      RingBlocks.MergedBlocks part = merged(seen, from);
      commitLock.lock();
      try {
        if (view.clears() == seen.clears()) {
          return finish(part);
        }
      } finally {
        commitLock.unlock();
      }
    }
    commitLock.lock();
    try {
      return finish(merged(view, from));
    } finally {
      commitLock.unlock();
    }
  }

  /** The view of all completed commits. */
  private View committed() {
    commitLock.lock();
    try {
      return view;
    } finally {
      commitLock.unlock();
    }
  }

  private RingBlocks.MergedBlocks merged(View seen, RingSlot from) throws RocksDBException {
    return blocks.merged(seen.runs().subList(0, seen.flushing()), from, partBytes);
  }

  private @Nullable RingSlot finish(RingBlocks.MergedBlocks part) throws RocksDBException {
    if (part.next() == null) {
      part.batch().deleteRange(files.journal().getID(), number(0), number(flushingUpTo + 1));
    }
    write(part.batch());
    if (part.next() == null) {
      View current = view;
      List<SortedRun> rest = current.runs().subList(current.flushing(), current.runs().size());
      view = current.with(rest, 0);
    }
    return part.next();
  }

  private void write(SerializedBatch serialized) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch(serialized.toByteArray())) {
      files.db().write(writeOptions, batch);
    }
  }
}
