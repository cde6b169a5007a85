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
   * Paths with a problem format of their own; none by default. One that ends with a slash is for
   * all paths below it.
   */
  default Map<String, ProblemFormat> problemFormats() {
    return Map.of();
  }

  /** Where sessions that were signed out are kept; a server without it accepts tokens only. */
  default Optional<EndedSessions> endedSessions() {
    return Optional.empty();
  }
}
