package dev.annulus.kv.embedded;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link KeyValueEngine} in this process, on RocksDB.
 *
 * <p>Bodies run on the calling thread and every future is complete when it is handed out, so a body
 * may compose only on futures of its own transaction. Commits are one at a time. A body that lost
 * {@value #OPTIMISTIC_ATTEMPTS} races runs with the commit lock held and cannot lose again.
 */
public final class EmbeddedEngine implements KeyValueEngine {
  static final byte[] METADATA_VERSION_KEY = WriteBuffer.metadataVersionKey();

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEngine.class);
  private static final int OPTIMISTIC_ATTEMPTS = 4;
  private static final int TOO_OLD_ATTEMPTS = 3;

  private final EmbeddedConfig config;
  private final Options options;
  private final LRUCache cache;
  private final BloomFilter bloom;
  private final RocksDB db;
  private final WriteOptions writeOptions;
  private final SpaceGuard space;
  private final ConflictTracker conflicts = new ConflictTracker();
  private final ReentrantLock commitLock = new ReentrantLock();
  private final ScheduledExecutorService syncer;
  private volatile boolean dirty;
  private volatile boolean closed;

  private EmbeddedEngine(
      EmbeddedConfig config, Options options, LRUCache cache, BloomFilter bloom, RocksDB db) {
    this.config = config;
    this.options = options;
    this.cache = cache;
    this.bloom = bloom;
    this.db = db;
    this.writeOptions = new WriteOptions().setSync(config.syncInterval().isZero());
    this.space = new SpaceGuard(config, db);
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
   * Opens a database, creating it if the directory is empty.
   *
   * @throws StoreException {@code UNUSABLE} if another process has it open or it is not one of
   *     ours, {@code CORRUPT} if its files are damaged
   */
  public static EmbeddedEngine open(EmbeddedConfig config) {
    RocksDB.loadLibrary();
    LRUCache cache = new LRUCache(config.cacheBytes());
    BloomFilter bloom = new BloomFilter(10);
    Options options = options(config, cache, bloom);
    try {
      Files.createDirectories(config.directory());
      refuseForeign(config.directory());
      RocksDB db = RocksDB.open(options, config.directory().toString());
      return new EmbeddedEngine(config, options, cache, bloom, db);
    } catch (RocksDBException e) {
      closeAll(options, cache, bloom);
      throw openFailure(config, e);
    } catch (IOException e) {
      closeAll(options, cache, bloom);
      throw new StoreException(
          Kind.UNUSABLE, "cannot create the store directory " + config.directory(), e);
    } catch (StoreException e) {
      closeAll(options, cache, bloom);
      throw e;
    }
  }

  /** RocksDB would settle among any files; every database of its own has a CURRENT. */
  private static void refuseForeign(Path directory) throws IOException {
    if (Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      Optional<Path> foreign =
          files.filter(file -> !isLeftOfACrashedStart(file.getFileName().toString())).findAny();
      if (foreign.isPresent()) {
        throw new StoreException(
            Kind.UNUSABLE,
            "the store directory "
                + directory
                + " holds no store but other files, such as "
                + foreign.get().getFileName()
                + "; choose an empty one");
      }
    }
  }

  /** What RocksDB writes before CURRENT. */
  private static boolean isLeftOfACrashedStart(String file) {
    return file.equals("LOCK")
        || file.equals("IDENTITY")
        || file.startsWith("LOG")
        || file.startsWith("MANIFEST-")
        || file.startsWith("OPTIONS-")
        || file.endsWith(".dbtmp")
        || file.endsWith(".log");
  }

  @Override
  public <T> CompletableFuture<T> read(
      Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
    for (int attempt = 1; ; attempt++) {
      try (EmbeddedTransaction transaction = new EmbeddedTransaction(open())) {
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
   * Begins a transaction that is not run as a body.
   *
   * @param writes whether it may commit
   * @throws StoreException {@code UNAVAILABLE} once the engine is closed
   */
  public EmbeddedSession begin(boolean writes) {
    RocksDB open = open();
    ConflictTracker.Active active = writes ? conflicts.begin(open.getLatestSequenceNumber()) : null;
    return new EmbeddedSession(this, new StoredSnapshot(open), active);
  }

  void end(StoredSnapshot stored, ConflictTracker.@Nullable Active active) {
    stored.close();
    if (active != null) {
      conflicts.end(active);
    }
  }

  /** Bytes of all table files and write buffers. */
  public long sizeBytes() {
    return space.usedBytes();
  }

  /** Forces everything committed so far to disk. */
  public void sync() {
    if (!dirty || closed) {
      return;
    }
    dirty = false;
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      dirty = true;
      LOG.atError().addKeyValue("directory", config.directory()).setCause(e).log("sync failed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    syncer.shutdownNow();
    try {
      syncer.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    commitLock.lock();
    try {
      sync();
      closed = true;
    } finally {
      commitLock.unlock();
    }
    writeOptions.close();
    db.close();
    closeAll(options, cache, bloom);
  }

  /** One attempt; null if it lost against another transaction. */
  private <T> @Nullable CompletableFuture<T> attempt(
      Function<? super Transaction, ? extends CompletionStage<T>> body) {
    RocksDB open = open();
    ConflictTracker.Active active = conflicts.begin(open.getLatestSequenceNumber());
    try (EmbeddedTransaction transaction = new EmbeddedTransaction(open)) {
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
          new IllegalStateException("a body may wait only for its own transaction's futures"));
    }
    return result;
  }

  /** Commits unless something read was changed; false then. */
  boolean commit(
      WriteBuffer writes, ReadSet reads, StoredSnapshot stored, ConflictTracker.Active active)
      throws RocksDBException {
    if (writes.isEmpty()) {
      return true;
    }
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
      RocksDB open = open();
      try (WriteBatch batch = batch(writes, open.getLatestSequenceNumber() + 1)) {
        open.write(writeOptions, batch);
      }
      dirty = true;
      conflicts.committed(open.getLatestSequenceNumber(), writes, active);
      return true;
    } finally {
      commitLock.unlock();
    }
  }

  private static WriteBatch batch(WriteBuffer writes, long version) {
    SerializedBatch batch = new SerializedBatch(writes.bytes(), writes.mutations().size());
    writes.mutations().forEach(batch::add);
    if (writes.touchesMetadataVersion()) {
      // Ten bytes, like a FoundationDB versionstamp.
      batch.put(METADATA_VERSION_KEY, ByteBuffer.allocate(10).putLong(version).array());
    }
    return new WriteBatch(batch.toByteArray());
  }

  private RocksDB open() {
    if (closed) {
      throw new StoreException(Kind.UNAVAILABLE, "the store is closed");
    }
    return db;
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
    return new StoreException(Kind.UNAVAILABLE, "a transaction took longer than 5 s", cause);
  }

  static StoreException failure(RocksDBException e) {
    Status status = e.getStatus();
    if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
      return new StoreException(Kind.FULL, "the disk of the store is full", e);
    }
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return new StoreException(Kind.CORRUPT, "the store's files are damaged", e);
    }
    return new StoreException(Kind.UNAVAILABLE, "the store's files cannot be used", e);
  }

  private static StoreException openFailure(EmbeddedConfig config, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("lock")) {
      return new StoreException(
          Kind.UNUSABLE, "another process has the store " + config.directory() + " open", e);
    }
    StoreException failure = failure(e);
    return new StoreException(
        failure.kind() == Kind.UNAVAILABLE ? Kind.UNUSABLE : failure.kind(),
        "cannot open the store " + config.directory() + ": " + message,
        e);
  }

  private static Options options(EmbeddedConfig config, LRUCache cache, BloomFilter bloom) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(16 << 10)
            .setFilterPolicy(bloom)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    return new Options()
        .setCreateIfMissing(true)
        .setMergeOperatorName("max")
        .setTableFormatConfig(table)
        .setWriteBufferSize(config.writeBufferBytes())
        .setMaxWriteBufferNumber(3)
        // Commits are one at a time, and most of what is written is overwritten a lap later. Large
        // buffers, many files on level 0 and a wide first level spare compaction, which writes that
        // whole level anew each time; see docs/benchmarks-ingest.md.
        .setAllowConcurrentMemtableWrite(false)
        .setLevel0FileNumCompactionTrigger(16)
        .setLevel0SlowdownWritesTrigger(32)
        .setLevel0StopWritesTrigger(48)
        .setMaxBytesForLevelBase(8 * config.writeBufferBytes())
        .setMaxTotalWalSize(4 * config.writeBufferBytes())
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(512)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(3)
        .setMaxLogFileSize(4 << 20);
  }

  private static void closeAll(AutoCloseable... resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("closing a store resource failed");
      }
    }
  }
}
