package dev.annulus.service.access;

import io.javalin.security.RouteRole;
import java.util.Locale;

/**
 * The permission that a route requires. A token has one or more of the first three; none implies
 * another.
 */
public enum Scope implements RouteRole {
  /** Writing samples. */
  INGEST,
  /** Reading samples, metadata and dashboards; running and cancelling queries. */
  QUERY,
  /** Deleting metrics, changing retention, saving and deleting dashboards. */
  ADMIN,
  /** For public routes. No token has it. */
  ANYONE;

  /** The name in token lines and messages. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The scope of a token by its label.
   *
   * @throws IllegalArgumentException if it is unknown
   */
  public static Scope of(String label) {
    for (Scope scope : values()) {
      if (scope != ANYONE && scope.label().equals(label)) {
        return scope;
      }
    }
    throw new IllegalArgumentException(
        "a scope must be ingest, query or admin, got \"" + label + "\"");
  }
}
