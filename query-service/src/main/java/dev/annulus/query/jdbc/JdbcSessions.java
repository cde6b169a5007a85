package dev.annulus.query.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.calcite.avatica.NoSuchConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * The connections of JDBC clients. One that is not used for a while is forgotten, as is the least
 * used of too many; Avatica's driver then opens it again by itself. Thread-safe.
 */
public final class JdbcSessions implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final int MOST = 1_000;

  private final Cache<String, JdbcSession> sessions =
      Caffeine.newBuilder()
          .expireAfterAccess(IDLE)
          .maximumSize(MOST)
          .scheduler(Scheduler.systemScheduler())
          .executor(Runnable::run)
          .removalListener(JdbcSessions::ended)
          .build();
  private final HeldValues held;

  /**
   * @param mostHeldValues values that results waiting to be fetched may have, all together
   */
  public JdbcSessions(long mostHeldValues, MeterRegistry metrics) {
    held = new HeldValues(mostHeldValues);
    Gauge.builder("annulus.jdbc.connections", sessions, Cache::estimatedSize)
        .description("Connections of JDBC clients")
        .register(metrics);
    Gauge.builder("annulus.jdbc.held.values", held, HeldValues::count)
        .description("Values of results that JDBC clients have not fetched yet")
        .register(metrics);
  }

  HeldValues held() {
    return held;
  }

  void open(String id, JdbcSession session) {
    sessions.put(id, session);
  }

  /**
   * An open connection.
   *
   * @throws NoSuchConnectionException if there is none of this id; the driver knows what to do
   */
  JdbcSession get(String id) {
    JdbcSession session = sessions.getIfPresent(id);
    if (session == null) {
      throw new NoSuchConnectionException(id);
    }
    return session;
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
