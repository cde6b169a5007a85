package dev.annulus.service.access;

import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The ended sessions of one server, in memory. */
final class MemorySessions implements Routes, EndedSessions {
  private final Set<String> ended = ConcurrentHashMap.newKeySet();

  @Override
  public void addTo(RoutesConfig routes) {}

  @Override
  public Optional<EndedSessions> endedSessions() {
    return Optional.of(this);
  }

  @Override
  public CompletableFuture<Void> end(String token, String id, long expiry) {
    ended.add(token + "." + expiry + "." + id);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isEnded(String token, String id, long expiry) {
    return ended.contains(token + "." + expiry + "." + id);
  }
}
