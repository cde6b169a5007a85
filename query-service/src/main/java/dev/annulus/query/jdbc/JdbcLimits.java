package dev.annulus.query.jdbc;

import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * What JDBC clients may keep open.
 *
 * @param connections of all clients; further ones are refused
 * @param idle after which a connection that is not used is forgotten
 * @param statements of one connection; further ones are refused
 * @param heldBytes of the rows of results that wait to be fetched, all clients together; a result
 *     beyond them is refused
 */
public record JdbcLimits(int connections, Duration idle, int statements, long heldBytes) {
  /** The setting of {@link #heldBytes}. */
  static final String HELD = "jdbc.max-held-bytes";

  /** Limits that suit a laptop. */
  public static final JdbcLimits DEFAULT =
      new JdbcLimits(1_000, Duration.ofMinutes(10), 1_000, Runtime.getRuntime().maxMemory() / 12);

  /**
   * Reads {@code jdbc.*}.
   *
   * @throws dev.annulus.service.config.ConfigException if a value cannot be used
   */
  public static JdbcLimits from(Settings settings) {
    return new JdbcLimits(
        settings.number("jdbc.max-connections", DEFAULT.connections, 1, 1_000_000),
        settings.duration("jdbc.idle-timeout", DEFAULT.idle),
        settings.number("jdbc.max-statements", DEFAULT.statements, 1, 1_000_000),
        settings.bytes(HELD, DEFAULT.heldBytes));
  }
}
