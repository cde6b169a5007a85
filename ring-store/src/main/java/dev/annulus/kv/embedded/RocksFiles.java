package dev.annulus.kv.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database files: one RocksDB database, whose keys are all in its default column family.
 * Earlier versions had others, which stay open until somebody has taken what they hold.
 */
final class RocksFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RocksFiles.class);

  /** A part of an index or a filter. */
  private static final int INDEX_PART_BYTES = 64 << 10;

  /** Index keys of which only the first is whole. */
  private static final int INDEX_KEYS_BY_DIFFERENCE = 16;

  private final RocksDB db;
  private final List<ColumnFamilyHandle> handles;
  private final Map<String, ColumnFamilyHandle> former = new ConcurrentHashMap<>();
  private final List<AutoCloseable> resources;
  private final @Nullable String damage;

  private RocksFiles(
      RocksDB db,
      List<ColumnFamilyHandle> handles,
      List<AutoCloseable> resources,
      @Nullable String damage) {
    this.damage = damage;
    this.db = db;
    this.handles = handles;
    this.resources = resources;
    for (ColumnFamilyHandle family : handles.subList(1, handles.size())) {
      former.put(nameOf(family), family);
    }
  }

  private static String nameOf(ColumnFamilyHandle family) {
    try {
      return new String(family.getName(), UTF_8);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  /**
   * Opens a database; creates it if the directory is empty. If the write-ahead log is damaged,
   * everything before the damage is kept, and {@link #damage} describes it.
   *
   * @throws StoreException {@code UNUSABLE} if another process has it open or it is not an Annulus
   *     store, {@code CORRUPT} if its files are damaged
   */
  static RocksFiles open(EmbeddedConfig config) {
    RocksDB.loadLibrary();
    String missing;
    try {
      Files.createDirectories(config.directory());
      refuseForeign(config.directory());
      missing = new SyncMark(config.directory()).missing();
    } catch (IOException e) {
      throw new StoreException(
          Kind.UNUSABLE, "the store directory " + config.directory() + " cannot be used", e);
    }
    try {
      return reported(config, open(config, WALRecoveryMode.AbsoluteConsistency, missing));
    } catch (RocksDBException e) {
      if (failure(e).kind() != Kind.CORRUPT) {
        throw openFailure(config, e);
      }
      try {
        // Keeps everything before the damage and nothing after it: the positions say where to
        // resume reading Kafka.
        String damage = missing == null ? String.valueOf(e.getMessage()) : missing;
        return reported(config, open(config, WALRecoveryMode.PointInTimeRecovery, damage));
      } catch (RocksDBException again) {
        throw openFailure(config, again);
      }
    }
  }

  private static RocksFiles open(
      EmbeddedConfig config, WALRecoveryMode recovery, @Nullable String damage)
      throws RocksDBException {
    List<AutoCloseable> resources = new ArrayList<>();
    try {
      DBOptions options = options(config).setWalRecoveryMode(recovery);
      resources.add(options);
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db =
          RocksDB.open(
              options, config.directory().toString(), families(config, resources), handles);
      return new RocksFiles(db, handles, resources, damage);
    } catch (RocksDBException | RuntimeException | Error e) {
      closeAll(resources);
      throw e;
    }
  }

  private static RocksFiles reported(EmbeddedConfig config, RocksFiles files) {
    if (files.damage != null) {
      LOG.atError()
          .addKeyValue("directory", config.directory())
          .addKeyValue("problem", files.damage)
          .log(
              "the store's write-ahead log is damaged or truncated; writes after the damage are"
                  + " lost and their samples are read from Kafka again");
    }
    return files;
  }

  /** The damage found in the write-ahead log on opening; null if none. */
  @Nullable String damage() {
    return damage;
  }

  RocksDB db() {
    return db;
  }

  /** The column family of this name that an earlier version has left; null if there is none. */
  @Nullable ColumnFamilyHandle former(String name) {
    return former.get(name);
  }

  /** Removes a column family that an earlier version has left. */
  void drop(String name) throws RocksDBException {
    ColumnFamilyHandle family = former.remove(name);
    if (family != null) {
      db.dropColumnFamily(family);
    }
  }

  /** Bytes of all table files and write buffers. */
  long usedBytes() {
    try {
      return db.getAggregatedLongProperty("rocksdb.total-sst-files-size")
          + db.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    closeAll(handles);
    db.close();
    closeAll(resources);
  }

  /** Translates a RocksDB failure. */
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

  /** RocksDB would create its files among others. Every RocksDB database has a CURRENT file. */
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
                + " contains other files but no store, such as "
                + foreign.get().getFileName()
                + "; choose an empty one");
      }
    }
  }

  /** Whether RocksDB writes this file before CURRENT. */
  private static boolean isLeftOfACrashedStart(String file) {
    return file.equals("LOCK")
        || file.equals("IDENTITY")
        || file.startsWith("LOG")
        || file.startsWith("MANIFEST-")
        || file.startsWith("OPTIONS-")
        || file.equals("SYNCED")
        || file.endsWith(".dbtmp")
        || file.endsWith(".log");
  }

  private static DBOptions options(EmbeddedConfig config) {
    return new DBOptions()
        .setCreateIfMissing(true)
        // Commits are serialized.
        .setAllowConcurrentMemtableWrite(false)
        .setMaxTotalWalSize(2 * config.writeBufferBytes())
        .setMaxBackgroundJobs(2)
        // Its log, manifest and the like come on top of table files.
        .setMaxOpenFiles(EmbeddedConfig.openFiles() - 16)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setKeepLogFileNum(3)
        .setMaxLogFileSize(4 << 20);
  }

  private static List<ColumnFamilyDescriptor> families(
      EmbeddedConfig config, List<AutoCloseable> resources) throws RocksDBException {
    LRUCache cache = new LRUCache(config.cacheBytes());
    resources.add(cache);
    BloomFilter bloom = new BloomFilter(10);
    resources.add(bloom);
    ColumnFamilyOptions options =
        family(config.writeBufferBytes(), cache, bloom).setMergeOperatorName("max");
    resources.add(options);
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options));
    for (byte[] name : existing(config)) {
      if (!Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
        families.add(new ColumnFamilyDescriptor(name, options));
      }
    }
    return families;
  }

  private static List<byte[]> existing(EmbeddedConfig config) throws RocksDBException {
    if (!Files.exists(config.directory().resolve("CURRENT"))) {
      return List.of();
    }
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, config.directory().toString());
    }
  }

  private static ColumnFamilyOptions family(long bufferBytes, LRUCache cache, BloomFilter bloom) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(16 << 10)
            .setFilterPolicy(bloom)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            // A read takes a part of index and filter into memory, never all of them. They may be
            // larger than the cache: keys of series have up to 8 KB and may differ in their last
            // bytes only, so that data compresses well and a file has very many of them.
            .setPartitionFilters(true)
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setMetadataBlockSize(INDEX_PART_BYTES)
            .setIndexBlockRestartInterval(INDEX_KEYS_BY_DIFFERENCE)
            .setPinTopLevelIndexAndFilter(true);
    return new ColumnFamilyOptions()
        .setTableFormatConfig(table)
        .setWriteBufferSize(bufferBytes)
        .setMaxBytesForLevelBase(8 * bufferBytes)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setLevelCompactionDynamicLevelBytes(true);
  }

  private static void closeAll(List<? extends AutoCloseable> resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("closing a store resource failed");
      }
    }
  }
}
