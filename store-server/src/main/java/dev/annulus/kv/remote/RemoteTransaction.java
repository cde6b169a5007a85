package dev.annulus.kv.remote;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.buffer.OwnWrites;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import dev.annulus.kv.buffer.WriteBuffer.Own;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt. Reads use a snapshot on the server, taken before the first read; writes are buffered
 * here until the commit. Thread-safe, since futures of one body complete on several threads.
 */
final class RemoteTransaction implements Transaction {
  private final Channel channel;
  private final boolean mayWrite;
  private final WriteBuffer writes = new WriteBuffer();
  private final ReadSet reads = new ReadSet();
  private long number = Request.BLIND;
  private boolean finished;

  RemoteTransaction(Channel channel, boolean mayWrite) {
    this.channel = channel;
    this.mayWrite = mayWrite;
  }

  /** Commits. Fails with a {@link RetryException} or a {@link StoreException}. */
  synchronized CompletableFuture<@Nullable Void> commit() {
    if (writes.isEmpty()) {
      end();
      return CompletableFuture.completedFuture(null);
    }
    try {
      writes.checkSize(reads);
    } catch (StoreException e) {
      end();
      return CompletableFuture.failedFuture(e);
    }
    finished = true;
    return channel
        .ask(Request.COMMIT, new CommitBody(number, reads, writes).encode())
        .handle(
            (done, failure) -> {
              Throwable cause = failure == null ? null : StoreException.unwrap(failure);
              if (cause instanceof RetryException retry) {
                throw retry.ofCommit();
              }
              if (cause instanceof StoreException refused) {
                throw refused;
              }
              return null;
            });
  }

  /** Releases the snapshot without a commit. */
  synchronized void end() {
    if (!finished && number != Request.BLIND) {
      channel.tell(Request.END, ByteBuffer.allocate(8).putLong(number).flip());
    }
    finished = true;
  }

  @Override
  public synchronized CompletableFuture<byte @Nullable []> get(byte[] key) {
    CompletableFuture<byte @Nullable []> value = read(key);
    reads.add(key);
    return value;
  }

  @Override
  public synchronized CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
    return read(range, limit, order)
        .thenApply(
            found -> {
              synchronized (this) {
                reads.add(range, found, limit, order);
              }
              return found;
            });
  }

  @Override
  public synchronized CompletableFuture<byte @Nullable []> metadataVersion() {
    reads.add(WriteBuffer.metadataVersionKey());
    return readMetadataVersion();
  }

  @Override
  public synchronized CompletableFuture<Long> estimatedBytes(KeyRange range) {
    begin();
    ByteBuffer body = ByteBuffer.allocate(8 + Bytes.length(range)).putLong(number);
    Bytes.put(body, range);
    return channel.ask(Request.SIZE, body.flip()).thenApply(ByteBuffer::getLong);
  }

  @Override
  public ReadTransaction snapshot() {
    return new SnapshotView();
  }

  @Override
  public synchronized void addReadConflict(byte[] key) {
    begin();
    reads.add(key);
  }

  @Override
  public synchronized void set(byte[] key, byte[] value) {
    writes.set(key, value);
  }

  @Override
  public synchronized void clear(byte[] key) {
    writes.clear(key);
  }

  @Override
  public synchronized void clear(KeyRange range) {
    writes.clear(range);
  }

  @Override
  public synchronized void byteMax(byte[] key, byte[] value) {
    writes.byteMax(key, value);
  }

  @Override
  public synchronized void touchMetadataVersion() {
    writes.touchMetadataVersion();
  }

  private void begin() {
    if (finished) {
      throw new IllegalStateException("the transaction has ended");
    }
    if (number == Request.BLIND) {
      number = channel.newTransaction();
      ByteBuffer body = ByteBuffer.allocate(9).putLong(number).put((byte) (mayWrite ? 1 : 0));
      channel.tell(Request.BEGIN, body.flip());
    }
  }

  private synchronized CompletableFuture<byte @Nullable []> read(byte[] key) {
    begin();
    WriteBuffer.checkKey(key);
    Own own = writes.own(key);
    if (own != null && !own.overBase()) {
      return CompletableFuture.completedFuture(own.value());
    }
    if (own == null && writes.hides(key)) {
      return CompletableFuture.completedFuture(null);
    }
    ByteBuffer body = ByteBuffer.allocate(12 + key.length).putLong(number);
    Bytes.put(body, key);
    return channel
        .ask(Request.GET, body.flip())
        .thenApply(
            answer -> {
              byte[] stored = Bytes.toNullable(answer);
              return own == null ? stored : own.over(stored);
            });
  }

  private synchronized CompletableFuture<byte @Nullable []> readMetadataVersion() {
    begin();
    writes.checkMetadataVersionReadable();
    return channel
        .ask(Request.VERSION, ByteBuffer.allocate(8).putLong(number).flip())
        .thenApply(Bytes::toNullable);
  }

  private synchronized CompletableFuture<Entries> read(KeyRange range, int limit, Order order) {
    begin();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, got " + limit);
    }
    if (range.isEmpty()) {
      return CompletableFuture.completedFuture(new Entries.Builder().build());
    }
    OwnWrites own = writes.own(range);
    return new RangeRead(channel, number, limit, order, own).from(range);
  }

  private final class SnapshotView implements ReadTransaction {
    @Override
    public CompletableFuture<byte @Nullable []> get(byte[] key) {
      return read(key);
    }

    @Override
    public CompletableFuture<Entries> getRange(KeyRange range, int limit, Order order) {
      return read(range, limit, order);
    }

    @Override
    public CompletableFuture<byte @Nullable []> metadataVersion() {
      return readMetadataVersion();
    }

    @Override
    public CompletableFuture<Long> estimatedBytes(KeyRange range) {
      return RemoteTransaction.this.estimatedBytes(range);
    }
  }
}
