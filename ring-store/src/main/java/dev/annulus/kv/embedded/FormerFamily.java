package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Entries that an earlier version kept apart from all other keys, in a column family of its own.
 * Whoever knows what they mean reads them in order, writes them elsewhere and removes them.
 * Blocking; not thread-safe. Valid until the engine is closed.
 */
public final class FormerFamily {
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

  /**
   * The first entries from a key on.
   *
   * @param from inclusive
   * @param maxBytes of keys and values, after which the page ends; it holds at least one entry, if
   *     there is one
   * @throws dev.annulus.kv.StoreException if the files cannot be read
   */
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

  /**
   * Removes the entries before a key and gives their space back. What was written elsewhere before
   * this call is on disk first.
   *
   * @param end exclusive
   * @throws dev.annulus.kv.StoreException if the files cannot be written
   */
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

  /**
   * Removes the family with everything in it. What was written elsewhere before this call is on
   * disk first.
   *
   * @throws dev.annulus.kv.StoreException if the files cannot be written
   */
  public void drop() {
    try (Gate.Hold hold = gate.enter()) {
      log.now();
      files.drop(name);
    } catch (RocksDBException e) {
      throw RocksFiles.failure(e);
    }
  }
}
