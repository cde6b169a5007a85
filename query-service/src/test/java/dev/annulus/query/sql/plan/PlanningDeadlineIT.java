package dev.annulus.query.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Planning ends at its deadline wherever it is, and leaves nothing behind that other queries see.
 */
class PlanningDeadlineIT {
  private static final String SQL =
      "SELECT m0.name, (SELECT count(*) FROM metric_tags t WHERE t.metric_id = m0.metric_id) IN"
          + " (SELECT step FROM metrics), sum(m0.step) OVER (ORDER BY m0.name) FROM metrics m0 "
          + IntStream.range(1, 6)
              .mapToObj(
                  i ->
                      "JOIN metrics m%1$d ON m%1$d.metric_id = m%2$d.metric_id".formatted(i, i - 1))
              .collect(Collectors.joining(" "))
          + " WHERE m0.step + 1 = 2 AND (m0.type = 0 OR m0.type = 1)";

  @TempDir private static Path directory;

  /** A clock on which an hour passes at a reading. */
  private static final class Clock {
    private final AtomicLong readings = new AtomicLong();
    private volatile long jump = Long.MAX_VALUE;

    long nanoTime() {
      return readings.incrementAndGet() > jump ? Duration.ofHours(1).toNanos() : 0;
    }
  }

  @Test
  void planningEndsWhereverItsTimeIsOver() {
    try (SqlFixture fixture = new SqlFixture(directory)) {
      fixture.gauge(1, "cpu", Map.of("host", "a"), 100, 5, ts -> ts);
      Clock clock = new Clock();
      SqlRequest request = SqlRequest.of(SQL, SqlLimits.DEFAULT);
      engine(fixture, clock).columns(request, new CancelSignal());
      long readings = clock.readings.get();
      assertThat(readings).isGreaterThan(1_000);

      SqlEngine engine = engine(fixture, clock); // has not planned it yet
      for (long at = 1; at < readings; at += readings / 20) {
        clock.readings.set(0);
        clock.jump = at;
        assertThatThrownBy(() -> engine.columns(request, new CancelSignal()))
            .as("an hour passes at reading %d of %d", at, readings)
            .isInstanceOf(SqlException.class)
            .extracting(e -> ((SqlException) e).code())
            .isEqualTo(SqlErrorCode.TIMEOUT);
      }
      clock.jump = Long.MAX_VALUE;
      assertThat(engine.columns(request, new CancelSignal())).hasSize(3);
    }
  }

  private static SqlEngine engine(SqlFixture fixture, Clock clock) {
    return new SqlEngine(
        fixture.store,
        SqlLimits.DEFAULT,
        () -> Instant.ofEpochSecond(SqlFixture.NOW),
        clock::nanoTime);
  }
}
