package dev.annulus.service.http;

import io.javalin.config.RoutesConfig;
import java.util.Map;

/** A part of a service's HTTP interface. Several can share one server. */
public interface Routes {

  /** Adds handlers and exception mappings. Called once, before the server starts. */
  void addTo(RoutesConfig routes);

  /** The paths on which problems are told otherwise than as a {@link Problem}; none by default. */
  default Map<String, ProblemFormat> problemFormats() {
    return Map.of();
  }
}
