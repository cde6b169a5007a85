package dev.annulus.kv.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Syncs the write-ahead log to disk and marks how far it has been. Thread-safe. */
final class LogSync {
  private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);

  private final RocksDB db;
  private final Path directory;
  private final SyncMark mark;
  private final LastingFailure failures;
  private volatile boolean dirty;

  /**
   * @param failures told of every outcome
   */
  LogSync(RocksDB db, Path directory, LastingFailure failures) {
    this.db = db;
    this.directory = directory;
    this.mark = new SyncMark(directory);
    this.failures = failures;
  }

  /** Notes that there is something to sync. */
  void written() {
    dirty = true;
  }

  /** Whether something has been written since the last sync. */
  boolean isDue() {
    return dirty;
  }

  /** Syncs all commits so far; a failure is logged, and tried again with the next call. */
  void tryNow() {
    try {
      now();
    } catch (RocksDBException e) {
      LOG.atError()
          .addKeyValue("directory", directory)
          .setCause(e)
          .log("syncing the write-ahead log failed");
    }
  }

  /** Syncs all commits so far, or fails. */
  synchronized void now() throws RocksDBException {
    if (!dirty) {
      return;
    }
    dirty = false;
    SyncMark.Log log = newest();
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      dirty = true;
      failures.failed(e);
      throw e;
    }
    failures.succeeded();
    try {
      mark.write(log);
    } catch (IOException e) {
      warn(e);
    }
  }

  private SyncMark.@Nullable Log newest() {
    try {
      return mark.newest();
    } catch (IOException e) {
      warn(e);
      return null;
    }
  }

  private void warn(IOException e) {
    LOG.atWarn()
        .addKeyValue("directory", directory)
        .setCause(e)
        .log("writing the sync mark failed");
  }
}
