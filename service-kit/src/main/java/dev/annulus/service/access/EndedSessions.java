package dev.annulus.service.access;

import java.util.concurrent.CompletableFuture;

/**
 * Sessions that were signed out before they expired. Shared by all servers that accept the cookie,
 * so that a copy of it is worthless afterwards. Thread-safe.
 */
public interface EndedSessions {

  /**
   * Ends a session on every server.
   *
   * @param token name of the token that signed in
   * @param id of the session
   * @param expiry when it would have expired, epoch seconds
   * @return completes on any thread once newly started servers reject it; running ones follow
   *     within seconds
   */
  CompletableFuture<Void> end(String token, String id, long expiry);

  /**
   * Whether a session was signed out. Does not block.
   *
   * @throws dev.annulus.service.http.ProblemException 503 if that is not known at the moment
   */
  boolean isEnded(String token, String id, long expiry);
}
