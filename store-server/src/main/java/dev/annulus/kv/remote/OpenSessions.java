package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.embedded.EmbeddedSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The open transactions of one connection. Thread-safe, but only one thread may begin them. */
final class OpenSessions {
  /** FoundationDB's limit on a transaction's age. */
  private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EmbeddedEngine engine;
  private final int max;
  private final StoreServerStats stats;
  private final Map<Long, Open> open = new ConcurrentHashMap<>();

  private record Open(EmbeddedSession session, long since) {}

  OpenSessions(EmbeddedEngine engine, int max, StoreServerStats stats) {
    this.engine = engine;
    this.max = max;
    this.stats = stats;
  }

  /** Begins a transaction. Beyond the limit it does not, and {@link #get} fails. */
  void begin(long transaction, boolean writes) throws ProtocolException {
    if (transaction == Request.BLIND || open.containsKey(transaction)) {
      throw new ProtocolException("transaction " + transaction + " was begun twice");
    }
    if (open.size() < max) {
      open.put(transaction, new Open(engine.begin(writes), System.nanoTime()));
      stats.openTransactions.increment();
    }
  }

  /** An open transaction; null if it is gone. */
  @Nullable EmbeddedSession get(long transaction) {
    return orRefused(open.get(transaction));
  }

  /** Removes a transaction; the caller closes it. A blind one is created on demand. */
  @Nullable EmbeddedSession take(long transaction) {
    if (transaction == Request.BLIND) {
      return engine.begin(true);
    }
    return orRefused(remove(transaction));
  }

  void end(long transaction) {
    Open ended = remove(transaction);
    if (ended != null) {
      ended.session().close();
    }
  }

  /** Drops expired transactions, so that a forgotten one does not pin old data on disk. */
  void expire() {
    long now = System.nanoTime();
    open.forEach(
        (transaction, one) -> {
          if (now - one.since() > MAX_AGE_NANOS) {
            end(transaction);
          }
        });
  }

  void closeAll() {
    open.keySet().forEach(this::end);
  }

  private @Nullable Open remove(long transaction) {
    Open removed = open.remove(transaction);
    if (removed != null) {
      stats.openTransactions.decrement();
    }
    return removed;
  }

  private @Nullable EmbeddedSession orRefused(@Nullable Open found) {
    if (found == null && open.size() >= max) {
      throw new StoreException(
          Kind.UNAVAILABLE, "this client has " + max + " open transactions, the maximum");
    }
    return found == null ? null : found.session();
  }
}
