package dev.annulus.query.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.calcite.avatica.NoSuchConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * The connections of JDBC clients. One that is not used for a while is forgotten; Avatica's driver
 * opens it again if it is told to. Thread-safe.
 */
public final class JdbcSessions implements AutoCloseable {
  private final JdbcLimits limits;
  private final Cache<String, JdbcSession> sessions;
  private final HeldRows held;

  /** Shows in {@code metrics} how near the limits are. */
  public JdbcSessions(JdbcLimits limits, MeterRegistry metrics) {
    this.limits = limits;
    sessions =
        Caffeine.newBuilder()
            .expireAfterAccess(limits.idle())
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .removalListener(JdbcSessions::ended)
            .build();
    held = new HeldRows(limits.heldBytes());
    Gauge.builder("annulus.jdbc.connections", sessions, Cache::estimatedSize)
        .description("Connections of JDBC clients")
        .register(metrics);
    Gauge.builder("annulus.jdbc.held", held, HeldRows::bytes)
        .baseUnit("bytes")
        .description("Rows of results that JDBC clients have not fetched yet")
        .register(metrics);
  }

  HeldRows held() {
    return held;
  }

  /**
   * Opens a connection.
   *
   * @throws JdbcException if there are too many, or its properties name no range of time
   */
  void open(String id, Map<String, String> properties) {
    sessions.cleanUp(); // those that were idle for too long do not count
    if (sessions.estimatedSize() >= limits.connections() && find(id) == null) {
      throw new JdbcException(
          "53300",
          "There are %d JDBC connections: close those that are done with."
              .formatted(limits.connections()));
    }
    sessions.put(id, new JdbcSession(properties, limits.statements()));
  }

  /**
   * An open connection.
   *
   * @throws NoSuchConnectionException if there is none of this id; the driver may know what to do
   */
  JdbcSession get(String id) {
    JdbcSession session = find(id);
    if (session == null) {
      throw new NoSuchConnectionException(id);
    }
    return session;
  }

  /** An open connection; null if there is none of this id. */
  @Nullable JdbcSession find(String id) {
    return sessions.getIfPresent(id);
  }

  void close(String id) {
    sessions.invalidate(id);
  }

  @Override
  public void close() {
    sessions.invalidateAll();
  }

  private static void ended(
      @Nullable String id, @Nullable JdbcSession session, RemovalCause cause) {
    if (session != null) {
      session.close();
    }
  }
}
