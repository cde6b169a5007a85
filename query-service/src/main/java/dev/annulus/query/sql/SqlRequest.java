package dev.annulus.query.sql;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One query.
 *
 * @param sql one statement
 * @param sets of metric ids that <code>{{0}}</code>, <code>{{1}}</code>, … in the statement's
 *     {@code IN} lists stand for; not copied
 * @param metricIds the only metrics that {@code samples} shows; null to take them from the SQL
 * @param startTs the oldest ts that {@code samples} shows, epoch seconds, inclusive; null for any
 * @param endTs the newest ts that {@code samples} shows, epoch seconds, inclusive; null for any
 * @param timeout from the call of the engine to the last row
 * @param maxRows rows returned at most; what is beyond is cut off, and the cursor says so
 */
public record SqlRequest(
    String sql,
    List<long[]> sets,
    @Nullable List<Long> metricIds,
    @Nullable Long startTs,
    @Nullable Long endTs,
    Duration timeout,
    int maxRows) {

  public SqlRequest {
    sets = List.copyOf(sets);
    metricIds = metricIds == null ? null : List.copyOf(metricIds);
    if (maxRows < 0) {
      throw new IllegalArgumentException("maxRows must not be negative, got " + maxRows);
    }
  }

  /** A query without bounds of its own. */
  public static SqlRequest of(String sql, SqlLimits limits) {
    return new SqlRequest(sql, List.of(), null, null, null, limits.timeout(), limits.rows());
  }

  /** The same query, shown only these metrics. */
  public SqlRequest withMetricIds(List<Long> ids) {
    return new SqlRequest(sql, sets, ids, startTs, endTs, timeout, maxRows);
  }

  /** The same query, shown only this range of time; both inclusive. */
  public SqlRequest withRange(@Nullable Long start, @Nullable Long end) {
    return new SqlRequest(sql, sets, metricIds, start, end, timeout, maxRows);
  }

  /** The same query with another deadline. */
  public SqlRequest withTimeout(Duration newTimeout) {
    return new SqlRequest(sql, sets, metricIds, startTs, endTs, newTimeout, maxRows);
  }

  /** The same query with another bound on its rows. */
  public SqlRequest withMaxRows(int rows) {
    return new SqlRequest(sql, sets, metricIds, startTs, endTs, timeout, rows);
  }
}
