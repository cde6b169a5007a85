package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.buffer.OwnWrites;
import org.rocksdb.RocksDBException;

/** Iterates the stored entries of a range in one direction. Not thread-safe. */
interface Cursor extends OwnWrites.Stored, AutoCloseable {
  /** Whether there is a current entry; if not, {@link #check} tells an error from the end. */
  boolean isValid();

  /** Appends the current entry. */
  void addTo(Entries.Builder entries);

  /** Appends the current entry without its key. */
  void addValueTo(Entries.Builder entries);

  /** Throws the error that ended the iteration, if any. */
  void check() throws RocksDBException;

  @Override
  void close();
}
