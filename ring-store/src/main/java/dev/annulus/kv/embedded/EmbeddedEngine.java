package dev.annulus.kv.embedded;

import dev.annulus.kv.FormerEntries;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.UpgradableEngine;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An in-process {@link KeyValueEngine} on RocksDB.
 *
 * <p>Bodies run on the calling thread, and every future is already complete when returned, so a
 * body may compose only on futures of its own transaction. Commits are serialized. After {@value
 * #OPTIMISTIC_ATTEMPTS} conflicts a body runs with the commit lock held, so it cannot conflict
 * again.
 */
public final class EmbeddedEngine implements UpgradableEngine {
  static final byte[] METADATA_VERSION_KEY = WriteBuffer.metadataVersionKey();

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEngine.class);
  private static final int OPTIMISTIC_ATTEMPTS = 4;
  private static final int TOO_OLD_ATTEMPTS = 3;
  private static final int CLOSE_SECONDS = 60;
  private static final int LASTING_SECONDS = 30;

  private final EmbeddedConfig config;
  private final RocksFiles files;
  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final SpaceGuard space;
  private final ConflictTracker conflicts = new ConflictTracker();
  private final ReentrantLock commitLock = new ReentrantLock();
  private final ScheduledExecutorService syncer;
  private final LogSync log;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final LastingFailure commits = new LastingFailure(LASTING_SECONDS, failure);
  private final Gate gate = new Gate();
  private final Set<StoredSnapshot> snapshots = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closing = new AtomicBoolean();

  private EmbeddedEngine(EmbeddedConfig config, RocksFiles files) {
    this.config = config;
    this.files = files;
    this.db = files.db();
    this.writeOptions = new WriteOptions().setSync(config.syncInterval().isZero());
    this.space = new SpaceGuard(config, files);
    this.log = new LogSync(db, config.directory(), new LastingFailure(LASTING_SECONDS, failure));
    this.syncer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "annulus-store-sync");
              thread.setDaemon(true);
              return thread;
            });
    if (!config.syncInterval().isZero()) {
      long nanos = config.syncInterval().toNanos();
      syncer.scheduleWithFixedDelay(this::sync, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Opens a database; creates it if the directory is empty.
   *
   * @throws StoreException {@code UNUSABLE} if another process has it open or it is not an Annulus
   *     store, {@code CORRUPT} if its files are damaged
   */
  public static EmbeddedEngine open(EmbeddedConfig config) {
    RocksFiles files = RocksFiles.open(config);
    try {
      return new EmbeddedEngine(config, files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    for (int attempt = 1; ; attempt++) {
      try (EmbeddedTransaction transaction = new EmbeddedTransaction(snapshot())) {
        CompletableFuture<T> result = run(body, transaction);
        if (!isTooOld(result) || attempt == TOO_OLD_ATTEMPTS) {
          return translated(result);
        }
      } catch (StoreException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
  }

  @Override
  public <T> CompletableFuture<T> write(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    try {
      for (int attempt = 1; ; attempt++) {
        boolean alone = attempt > OPTIMISTIC_ATTEMPTS;
        if (alone) {
          commitLock.lock();
        }
        try {
          CompletableFuture<T> result = attempt(body);
          if (result != null && (!isTooOld(result) || attempt >= TOO_OLD_ATTEMPTS)) {
            return translated(result);
          }
        } finally {
          if (alone) {
            commitLock.unlock();
          }
        }
      }
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    } catch (TooOldException e) {
      return CompletableFuture.failedFuture(tooOld(e));
    }
  }

  /**
   * Begins a transaction without a body.
   *
   * @param writes whether it may commit
   * @throws StoreException {@code UNAVAILABLE} once the engine is closed
   */
  public EmbeddedSession begin(boolean writes) {
    try (Gate.Hold hold = gate.enter()) {
      ConflictTracker.Active active = writes ? conflicts.begin(db.getLatestSequenceNumber()) : null;
      try {
        return new EmbeddedSession(this, snapshot(), active);
      } catch (RuntimeException | Error e) {
        if (active != null) {
          conflicts.end(active);
        }
        throw e;
      }
    }
  }

  void end(StoredSnapshot stored, ConflictTracker.@Nullable Active active) {
    stored.close();
    if (active != null) {
      conflicts.end(active);
    }
  }

  /**
   * The damage found in the write-ahead log on opening; everything after it is lost. Null if none:
   * a log that only lacks its last, unsynced part may look intact.
   */
  public @Nullable String damage() {
    return files.damage();
  }

  /**
   * Completes with the cause once the files could not be written to for {@value #LASTING_SECONDS}
   * s, although there was room: they have to be opened anew. A disk that is full is no such
   * failure.
   */
  public CompletableFuture<Throwable> failure() {
    return failure.copy();
  }

  @Override
  public @Nullable FormerEntries former(String name) {
    try (Gate.Hold hold = gate.enter()) {
      ColumnFamilyHandle family = files.former(name);
      return family == null ? null : new FormerFamily(files, gate, log, name, family);
    }
  }

  /**
   * Bytes of all table files and write buffers.
   *
   * @throws StoreException {@code UNAVAILABLE} once the engine is closed
   */
  public long sizeBytes() {
    try (Gate.Hold hold = gate.enter()) {
      return files.usedBytes();
    }
  }

  /** Syncs all commits so far to disk. Does nothing once the engine is closed. */
  public void sync() {
    if (!log.isDue() || gate.isClosed()) {
      return;
    }
    try (Gate.Hold hold = gate.enter()) {
      log.tryNow();
    } catch (StoreException e) {
      // Closed concurrently; closing syncs, too.
    }
  }

  /**
   * Syncs to disk and closes the files. Open transactions fail with {@code UNAVAILABLE} at their
   * next read or commit. Waits up to {@value #CLOSE_SECONDS} s for running reads and commits; if
   * one takes longer, the files stay open until the process ends, since freeing memory in use would
   * crash it. Idempotent.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    gate.close();
    syncer.shutdownNow();
    Duration patience = Duration.ofSeconds(CLOSE_SECONDS);
    if (!gate.free(patience, this::free)) {
      LOG.atError()
          .addKeyValue("directory", config.directory())
          .log("the store is still in use; its files stay open until the process exits");
    }
  }

  /** Frees the files. No call is inside the gate. */
  private void free() {
    log.tryNow();
    List.copyOf(snapshots).forEach(StoredSnapshot::free);
    writeOptions.close();
    files.close();
  }

  /** Runs one attempt; null after a conflict. */
  private <T> @Nullable CompletableFuture<T> attempt(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    ConflictTracker.Active active = conflicts.begin(lastCommit());
    try (EmbeddedTransaction transaction = new EmbeddedTransaction(snapshot())) {
      CompletableFuture<T> result = run(body, transaction);
      if (result.isCompletedExceptionally()
          || commit(transaction.writes(), transaction.reads(), transaction.stored(), active)) {
        return result;
      }
      return null;
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      conflicts.end(active);
    }
  }

  private static <X, T> CompletableFuture<T> run(
      Function<? super X, ? extends CompletionStage<T>> body, X transaction) {
    CompletableFuture<T> result;
    try {
      result = body.apply(transaction).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (!result.isDone()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "a body must return a future composed only of its own transaction's futures"));
    }
    return result;
  }

  /** Commits; returns false after a conflict. */
  boolean commit(
      WriteBuffer writes, ReadSet reads, StoredSnapshot stored, ConflictTracker.Active active)
      throws RocksDBException {
    if (writes.isEmpty()) {
      return true;
    }
    try (Gate.Hold hold = gate.enter()) {
      return commitInside(writes, reads, stored, active);
    }
  }

  private boolean commitInside(
      WriteBuffer writes, ReadSet reads, StoredSnapshot stored, ConflictTracker.Active active)
      throws RocksDBException {
    stored.checkAge();
    writes.checkSize(reads);
    if (writes.grows()) {
      space.check();
    }
    commitLock.lock();
    try {
      if (conflicts.conflicts(reads, stored.version())) {
        return false;
      }
      write(writes);
      log.written();
      conflicts.committed(db.getLatestSequenceNumber(), writes, active);
    } finally {
      commitLock.unlock();
    }
    if (writes.touchesMetadataVersion()) {
      // Deletions and moves: rare, and no log can replay them.
      log.tryNow();
    }
    return true;
  }

  private void write(WriteBuffer writes) throws RocksDBException {
    SerializedBatch batch = new SerializedBatch(writes.bytes(), writes.mutations().size());
    for (WriteBuffer.Mutation mutation : writes.mutations()) {
      batch.add(mutation);
    }
    if (writes.touchesMetadataVersion()) {
      // Ten bytes, like a FoundationDB versionstamp.
      long version = db.getLatestSequenceNumber() + 1;
      batch.put(METADATA_VERSION_KEY, ByteBuffer.allocate(10).putLong(version).array());
    }
    try (WriteBatch bytes = new WriteBatch(batch.toByteArray())) {
      db.write(writeOptions, bytes);
      commits.succeeded();
    } catch (RocksDBException e) {
      commits.failed(e);
      throw e;
    }
  }

  private StoredSnapshot snapshot() {
    try (Gate.Hold hold = gate.enter()) {
      return StoredSnapshot.take(db, gate, snapshots);
    }
  }

  private long lastCommit() {
    try (Gate.Hold hold = gate.enter()) {
      return db.getLatestSequenceNumber();
    }
  }

  private static boolean isTooOld(CompletableFuture<?> result) {
    return failureOf(result) instanceof TooOldException;
  }

  private static <T> CompletableFuture<T> translated(CompletableFuture<T> result) {
    Throwable failure = failureOf(result);
    if (failure == null) {
      return result;
    }
    return CompletableFuture.failedFuture(
        failure instanceof TooOldException ? tooOld(failure) : failure);
  }

  private static @Nullable Throwable failureOf(CompletableFuture<?> result) {
    if (!result.isCompletedExceptionally()) {
      return null;
    }
    return result.handle((value, failure) -> StoreException.unwrap(failure)).getNow(null);
  }

  private static StoreException tooOld(Throwable cause) {
    return new StoreException(
        Kind.UNAVAILABLE, "a transaction took longer than the limit of 5 s", cause);
  }

  static StoreException failure(RocksDBException e) {
    return RocksFiles.failure(e);
  }
}
