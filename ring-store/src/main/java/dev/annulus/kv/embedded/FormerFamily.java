package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.FormerEntries;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Former entries in a column family of their own. */
final class FormerFamily implements FormerEntries {
  private final RocksFiles files;
  private final Gate gate;
  private final LogSync log;
  private final String name;
  private final ColumnFamilyHandle family;

  FormerFamily(RocksFiles files, Gate gate, LogSync log, String name, ColumnFamilyHandle family) {
    this.files = files;
    this.gate = gate;
    this.log = log;
    this.name = name;
    this.family = family;
  }

  @Override
  public Entries page(byte[] from, int maxBytes) {
    try (Gate.Hold hold = gate.enter();
        RocksIterator iterator = files.db().newIterator(family)) {
      Entries.Builder page = new Entries.Builder();
      for (iterator.seek(from); iterator.isValid() && page.bytes() < maxBytes; iterator.next()) {
        page.add(iterator.key(), iterator.value());
      }
      iterator.status();
      return page.build();
    } catch (RocksDBException e) {
      throw RocksFiles.failure(e);
    }
  }

  @Override
  public void removeBefore(byte[] end) {
    try (Gate.Hold hold = gate.enter()) {
      log.now(); // files that go are gone at once, not when the log is synced
      RocksDB db = files.db();
      db.deleteRange(family, new byte[0], end);
      db.deleteFilesInRanges(family, List.of(new byte[0], end), false);
    } catch (RocksDBException e) {
      throw RocksFiles.failure(e);
    }
  }

  @Override
  public void drop() {
    try (Gate.Hold hold = gate.enter()) {
      log.now();
      files.drop(name);
    } catch (RocksDBException e) {
      throw RocksFiles.failure(e);
    }
  }
}
