package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of one token that were signed out before their time. As a value: the tuple {@code
 * (1, ended_until, (id, expiry, …))}.
 *
 * @param endedUntil every session that expires at or before this is over; epoch seconds
 * @param sessions expiry in epoch seconds by the session's id
 */
public record SignedOut(long endedUntil, Map<String, Long> sessions) {
  /** Of one token. Its value stays far below what a value of the store may have. */
  static final int MOST = 1_000;

  static final SignedOut NONE = new SignedOut(0, Map.of());

  private static final long FORMAT = 1;

  public SignedOut {
    sessions = Map.copyOf(sessions);
  }

  /** Whether a session is over. */
  public boolean has(String id, long expiry) {
    return expiry <= endedUntil || sessions.containsKey(id);
  }

  /**
   * One more, without those that have expired. If there are too many, all sessions of the token end
   * that expire no later than half of these: nobody gets in again because others signed out.
   */
  SignedOut with(String id, long expiry, long now) {
    Map<String, Long> all = new HashMap<>(sessions);
    all.put(id, expiry);
    all.values().removeIf(until -> until <= Math.max(now, endedUntil));
    if (all.size() <= MOST) {
      return new SignedOut(endedUntil, all);
    }
    List<Long> expiries = new ArrayList<>(all.values());
    expiries.sort(null);
    long until = expiries.get(MOST / 2);
    all.values().removeIf(other -> other <= until);
    return new SignedOut(until, all);
  }

  byte[] encode() {
    List<Object> entries = new ArrayList<>(2 * sessions.size());
    sessions.forEach(
        (id, expiry) -> {
          entries.add(id);
          entries.add(expiry);
        });
    return Tuple.from(FORMAT, endedUntil, Tuple.fromList(entries)).pack();
  }

  static SignedOut decode(byte[] value) {
    Tuple tuple = Tuple.fromBytes(value);
    Tuple entries = tuple.getNestedTuple(2);
    Map<String, Long> sessions = new HashMap<>();
    for (int i = 0; i + 1 < entries.size(); i += 2) {
      sessions.put(entries.getString(i), entries.getLong(i + 1));
    }
    return new SignedOut(tuple.getLong(1), sessions);
  }
}
