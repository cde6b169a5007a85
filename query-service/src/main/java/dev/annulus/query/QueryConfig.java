package dev.annulus.query;

import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.api.SqlLimits;
import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * How the query service answers.
 *
 * @param limits of every query
 * @param concurrency queries at a time
 * @param queue most queries waiting for their turn
 * @param freshnessTimeout how long a reader waits for the write that {@code after} names
 * @param jdbc what JDBC clients may keep open
 */
public record QueryConfig(
    SqlLimits limits, int concurrency, int queue, Duration freshnessTimeout, JdbcLimits jdbc) {

  /** Limits that suit a laptop. */
  public static QueryConfig defaults() {
    return new QueryConfig(SqlLimits.DEFAULT, 4, 64, Duration.ofSeconds(10), JdbcLimits.DEFAULT);
  }

  /** Reads {@code query.*} and {@code jdbc.*}. */
  public static QueryConfig from(Settings settings) {
    QueryConfig defaults = defaults();
    SqlLimits limits = defaults.limits();
    return new QueryConfig(
        new SqlLimits(
            settings.number("query.max-sql-chars", limits.sqlChars(), 1, 100_000_000),
            settings.number("query.max-depth", limits.depth(), 1, 1_000),
            settings.number("query.max-parts", limits.parts(), 1, 1_000_000),
            settings.number("query.max-metrics", limits.metrics(), 1, Integer.MAX_VALUE),
            settings.bytes("query.max-samples", limits.samples()),
            settings.number("query.max-rows", limits.rows(), 1, Integer.MAX_VALUE),
            settings.bytes("query.max-result-bytes", limits.resultBytes()),
            settings.bytes("query.max-joined-rows", limits.joinedRows()),
            settings.bytes("query.max-held-rows", limits.heldRows()),
            settings.bytes("query.max-frame-rows", limits.frameRows()),
            settings.duration("query.timeout", limits.timeout()),
            settings.number("query.cached-plans", limits.cachedPlans(), 1, 1_000_000)),
        settings.number("query.concurrency", defaults.concurrency(), 1, 10_000),
        settings.number("query.queue", defaults.queue(), 1, 1_000_000),
        settings.duration("query.freshness-timeout", defaults.freshnessTimeout()),
        JdbcLimits.from(settings));
  }
}
