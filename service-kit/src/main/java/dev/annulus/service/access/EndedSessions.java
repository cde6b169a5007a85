package dev.annulus.service.access;

import java.util.concurrent.CompletableFuture;

/**
 * Sessions that were signed out before their time. All servers that accept a cookie share them, so
 * that nobody gets in with one that somebody has kept. Thread-safe.
 */
public interface EndedSessions {

  /**
   * Ends a session on every server.
   *
   * @param token name of the token that signed in
   * @param id of the session
   * @param expiry when it would have ended, epoch seconds
   * @return completes once no server that starts accepts it, on any thread; others follow within
   *     seconds
   */
  CompletableFuture<Void> end(String token, String id, long expiry);

  /**
   * Whether a session was ended. Does not block.
   *
   * @throws dev.annulus.service.http.ProblemException 503 if that is not known now
   */
  boolean isEnded(String token, String id, long expiry);
}
