package dev.annulus.service.http;

import dev.annulus.service.access.EndedSessions;
import io.javalin.config.RoutesConfig;
import java.util.Map;
import java.util.Optional;

/** A group of routes. Several can share a server. */
public interface Routes {

  /** Adds handlers and exception mappings. Called once, before the server starts. */
  void addTo(RoutesConfig routes);

  /**
   * Paths with their own problem format; none by default. A path that ends with a slash covers all
   * paths below it.
   */
  default Map<String, ProblemFormat> problemFormats() {
    return Map.of();
  }

  /** The signed-out sessions; a server without them accepts tokens only. */
  default Optional<EndedSessions> endedSessions() {
    return Optional.empty();
  }
}
