package dev.annulus.kv.remote;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.buffer.OwnWrites;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A range read: pages from the server, merged with the transaction's own writes. */
final class RangeRead {
  private final Channel channel;
  private final long transaction;
  private final int limit;
  private final Order order;
  private final OwnWrites own;
  private final Entries.Builder found = new Entries.Builder();

  RangeRead(Channel channel, long transaction, int limit, Order order, OwnWrites own) {
    this.channel = channel;
    this.transaction = transaction;
    this.limit = limit;
    this.order = order;
    this.own = own;
  }

  /** Reads the rest of a non-empty range. */
  CompletableFuture<Entries> from(KeyRange left) {
    ByteBuffer body = ByteBuffer.allocate(13 + Bytes.length(left)).putLong(transaction);
    body.put((byte) (order == Order.ASCENDING ? 0 : 1)).putInt(limit - found.size());
    Bytes.put(body, left);
    return channel.ask(Request.RANGE, body.flip()).thenCompose(answer -> take(left, answer));
  }

  private CompletableFuture<Entries> take(KeyRange left, ByteBuffer answer) {
    boolean more;
    Entries page;
    try {
      more = answer.get() != 0;
      page = Entries.readFrom(answer);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw RetryException.lost(e);
    }
    if (!more && own.isEmpty() && found.size() == 0) {
      return CompletableFuture.completedFuture(page);
    }
    KeyRange seen = left;
    KeyRange rest = null;
    if (more) {
      byte[] last = page.key(page.size() - 1);
      seen = order == Order.ASCENDING ? left.before(KeyRange.next(last)) : from(last, left);
      rest = order == Order.ASCENDING ? left.beyond(last) : left.before(last);
    }
    own.merge(new Page(page), seen, limit, order, found);
    return rest == null || rest.isEmpty() || found.size() >= limit
        ? CompletableFuture.completedFuture(found.build())
        : from(rest);
  }

  private static KeyRange from(byte[] begin, KeyRange range) {
    return new KeyRange(begin, range.end());
  }

  private static final class Page implements OwnWrites.Stored {
    private final Entries entries;
    private int next;

    Page(Entries entries) {
      this.entries = entries;
    }

    @Override
    public byte @Nullable [] key() {
      return next < entries.size() ? entries.key(next) : null;
    }

    @Override
    public byte[] value() {
      return entries.value(next);
    }

    @Override
    public void advance() {
      next++;
    }
  }
}
