package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.buffer.OwnWrites;
import org.rocksdb.RocksDBException;

/** Walks what is stored in a range, in one direction. Not thread-safe. */
interface Cursor extends OwnWrites.Stored, AutoCloseable {
  /** Whether it stands on an entry; {@link #check} tells whether it ended well. */
  boolean isValid();

  /** Appends the entry it stands on. */
  void addTo(Entries.Builder entries);

  /** Appends the entry it stands on without its key. */
  void addValueTo(Entries.Builder entries);

  /** Throws what ended it too early. */
  void check() throws RocksDBException;

  @Override
  void close();
}
