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
 * A transaction without a body: reads, and at last a commit, come whenever somebody asks, as a
 * server needs it. Writes and the record of reads are kept by whoever asks. Thread-safe; closing it
 * waits for nobody, and the snapshot is given back after the last running read.
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
   * A part of a range.
   *
   * @param more whether a limit ended it, so that there may be more
   */
  public record Page(Entries entries, boolean more) {}

  /**
   * The value of a key; null if there is none.
   *
   * @throws TooOldException beyond 5 s, or once closed
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

  /** Roughly how many bytes a range takes. Fails like {@link #get}. */
  public long estimatedBytes(KeyRange range) {
    Long bytes = reading(() -> stored.estimatedBytes(range));
    return bytes == null ? 0 : bytes;
  }

  /**
   * The first or last entries of a range. Fails like {@link #get}.
   *
   * @param maxBytes of keys and values, after which it ends; one entry is always given
   */
  public Page getRange(KeyRange range, int limit, int maxBytes, Order order) {
    Page page = reading(() -> page(range, limit, maxBytes, order));
    return page == null ? new Page(new Entries.Builder().build(), false) : page;
  }

  /**
   * Commits what a transaction wrote if nothing it read was changed meanwhile.
   *
   * @return whether it was committed; false after a conflict
   * @throws TooOldException beyond 5 s, or once closed
   * @throws StoreException {@code FULL} or {@code UNAVAILABLE}, and nothing was written
   * @throws IllegalStateException if the session only reads
   */
  public boolean commit(WriteBuffer writes, ReadSet reads) {
    ConflictTracker.Active registered = active;
    if (registered == null) {
      throw new IllegalStateException("the session only reads");
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
