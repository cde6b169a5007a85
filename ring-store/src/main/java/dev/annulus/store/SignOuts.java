package dev.annulus.store;

import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Browser sessions that were signed out, for all servers of a database. Thread-safe. */
public final class SignOuts {
  private static final int MOST_TOKENS = 10_000;

  private final KeyValueEngine engine;
  private final Keys keys;

  SignOuts(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /**
   * Ends a session; ending it again changes nothing.
   *
   * @param token name of the token that signed in
   * @param id of the session
   * @param expiry when it would have ended, epoch seconds
   * @param now epoch seconds; what has expired is forgotten
   */
  public CompletableFuture<Void> add(String token, String id, long expiry, long now) {
    byte[] key = keys.signedOut(token);
    return engine.write(
        tx ->
            tx.get(key)
                .thenAccept(
                    value -> {
                      SignedOut before = value == null ? SignedOut.NONE : SignedOut.decode(value);
                      tx.set(key, before.with(id, expiry, now).encode());
                    }));
  }

  /** All, by the name of the token. */
  public CompletableFuture<Map<String, SignedOut>> all() {
    return engine.read(
        tx ->
            tx.getRange(keys.signedOut(), MOST_TOKENS, Order.ASCENDING)
                .thenApply(
                    entries -> {
                      Map<String, SignedOut> all = new HashMap<>();
                      for (int i = 0; i < entries.size(); i++) {
                        all.put(keys.tokenOf(entries.key(i)), SignedOut.decode(entries.value(i)));
                      }
                      return all;
                    }));
  }
}
