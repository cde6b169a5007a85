package dev.annulus.service.http;

import io.javalin.config.RoutesConfig;

/** A part of a service's HTTP interface. Several can share one server. */
public interface Routes {

  /** Adds handlers and exception mappings. Called once, before the server starts. */
  void addTo(RoutesConfig routes);
}
