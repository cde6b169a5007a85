package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A transaction without a body, for a server: reads and the final commit arrive as separate calls.
 * The caller keeps the writes and the read set. Thread-safe. Closing does not wait; the last
 * running read releases the snapshot.
 */
public final class EmbeddedSession implements AutoCloseable {
  private final EmbeddedEngine engine;
  private final StoredSnapshot stored;
  private final ConflictTracker.@Nullable Active active;
  private int users = 1;
  private boolean closed;

  EmbeddedSession(
      EmbeddedEngine engine, StoredSnapshot stored, ConflictTracker.@Nullable Active active) {
    this.engine = engine;
    this.stored = stored;
    this.active = active;
  }

  /**
   * A page of a range.
   *
   * @param more whether a limit ended the page, so more entries may follow
   */
  public record Page(Entries entries, boolean more) {}

  /**
   * The value of a key; null if absent.
   *
   * @throws TooOldException after 5 s, or once closed
   * @throws StoreException if the files cannot be read
   */
  public byte @Nullable [] get(byte[] key) {
    WriteBuffer.checkKey(key);
    return reading(() -> stored.get(key));
  }

  /** The metadata version; null before the first. Fails like {@link #get}. */
  public byte @Nullable [] metadataVersion() {
    return reading(() -> stored.get(EmbeddedEngine.METADATA_VERSION_KEY));
  }

  /** Estimated size of a range in bytes. Fails like {@link #get}. */
  public long estimatedBytes(KeyRange range) {
    Long bytes = reading(() -> stored.estimatedBytes(range));
    return bytes == null ? 0 : bytes;
  }

  /**
   * The first or last entries of a range. Fails like {@link #get}.
   *
   * @param maxBytes of keys and values, after which the page ends; it holds at least one entry
   */
  public Page getRange(KeyRange range, int limit, int maxBytes, Order order) {
    Page page = reading(() -> page(range, limit, maxBytes, order));
    return page == null ? new Page(new Entries.Builder().build(), false) : page;
  }

  /**
   * Commits a transaction's writes if nothing it read has changed since.
   *
   * @return whether it committed; false after a conflict
   * @throws TooOldException after 5 s, or once closed
   * @throws StoreException {@code FULL} or {@code UNAVAILABLE}; nothing was written
   * @throws IllegalStateException if the session is read-only
   */
  public boolean commit(WriteBuffer writes, ReadSet reads) {
    ConflictTracker.Active registered = active;
    if (registered == null) {
      throw new IllegalStateException("the session is read-only");
    }
    Boolean committed = reading(() -> engine.commit(writes, reads, stored, registered));
    return Boolean.TRUE.equals(committed);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    leave();
  }

  private Page page(KeyRange range, int limit, int maxBytes, Order order) throws RocksDBException {
    Entries.Builder entries = new Entries.Builder();
    if (range.isEmpty()) {
      return new Page(entries.build(), false);
    }
    return stored.walk(
        range,
        order,
        cursor -> {
          while (cursor.isValid() && entries.size() < limit && entries.bytes() < maxBytes) {
            cursor.addTo(entries);
            cursor.advance();
          }
          return new Page(entries.build(), cursor.isValid());
        });
  }

  private interface Read<T> {
    @Nullable T get() throws RocksDBException;
  }

  private <T> @Nullable T reading(Read<T> read) {
    enter();
    try {
      stored.checkAge();
      return read.get();
    } catch (RocksDBException e) {
      throw EmbeddedEngine.failure(e);
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    if (closed) {
      throw new TooOldException();
    }
    users++;
  }

  private void leave() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    engine.end(stored, active);
  }
}
