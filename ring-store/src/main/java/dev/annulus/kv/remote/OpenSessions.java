package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.kv.embedded.EmbeddedSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The transactions of one connection. Thread-safe, but one thread begins them all. */
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

  /** Begins one; beyond the limit nothing begins, and {@link #get} says so. */
  void begin(long transaction, boolean writes) throws ProtocolException {
    if (transaction == Request.BLIND || open.containsKey(transaction)) {
      throw new ProtocolException("transaction " + transaction + " begins twice");
    }
    if (open.size() < max) {
      open.put(transaction, new Open(engine.begin(writes), System.nanoTime()));
      stats.openTransactions.increment();
    }
  }

  /** An open one; null if it is gone. */
  @Nullable EmbeddedSession get(long transaction) {
    return orRefused(open.get(transaction));
  }

  /** Takes one out; whoever does closes it. A blind one is made for the occasion. */
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

  /** Gives up what is too old, so that a client that forgot it holds no old data on disk. */
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
          Kind.UNAVAILABLE, "this client has " + max + " transactions open; no more are begun");
    }
    return found == null ? null : found.session();
  }
}
