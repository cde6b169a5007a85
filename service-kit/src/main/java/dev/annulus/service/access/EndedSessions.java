package dev.annulus.service.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that were signed out before their time, until it is over: their cookies, which somebody
 * may have kept, are good for nothing. Hashes only; those that end first are forgotten if there are
 * too many. Thread-safe.
 */
final class EndedSessions {
  private final int most;
  private final Map<String, Long> expiries = new ConcurrentHashMap<>();

  /**
   * @param most sessions that are remembered
   */
  EndedSessions(int most) {
    this.most = most;
  }

  /**
   * Remembers one.
   *
   * @param expiry when it would have ended, epoch seconds
   * @param now epoch seconds
   */
  void end(String cookie, long expiry, long now) {
    expiries.values().removeIf(until -> until <= now);
    expiries.put(hash(cookie), expiry);
    while (expiries.size() > most) {
      expiries.entrySet().stream()
          .min(Map.Entry.comparingByValue())
          .ifPresent(first -> expiries.remove(first.getKey()));
    }
  }

  boolean isEnded(String cookie) {
    return !expiries.isEmpty() && expiries.containsKey(hash(cookie));
  }

  private static String hash(String cookie) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(cookie.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
