package dev.annulus.query;

import dev.annulus.promql.eval.PrometheusVersion;
import dev.annulus.query.dashboards.DashboardFolder;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.http.AnswerLimits;
import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.MemoryLimits;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * How the query service answers.
 *
 * @param limits of every query
 * @param reads how many at a time
 * @param answers of reads without SQL
 * @param freshnessTimeout how long a reader waits for the write that {@code after} names
 * @param jdbc what JDBC clients may keep open
 * @param dashboards where files of dashboards are
 * @param promql whose PromQL is answered
 */
public record QueryConfig(
    SqlLimits limits,
    ReadLimits reads,
    AnswerLimits answers,
    Duration freshnessTimeout,
    JdbcLimits jdbc,
    DashboardFolder dashboards,
    PrometheusVersion promql) {

  /** With the PromQL of Prometheus 3. */
  public QueryConfig(
      SqlLimits limits,
      ReadLimits reads,
      AnswerLimits answers,
      Duration freshnessTimeout,
      JdbcLimits jdbc,
      DashboardFolder dashboards) {
    this(limits, reads, answers, freshnessTimeout, jdbc, dashboards, PrometheusVersion.V3);
  }

  /**
   * With as many short reads at a time as long ones.
   *
   * @param concurrency long reads at a time
   * @param queue most reads waiting for their turn
   */
  public QueryConfig(
      SqlLimits limits, int concurrency, int queue, Duration freshnessTimeout, JdbcLimits jdbc) {
    this(
        limits,
        new ReadLimits(
            concurrency,
            concurrency,
            ReadLimits.DEFAULT.shortTime(),
            queue,
            ReadLimits.DEFAULT.paused(),
            ReadLimits.DEFAULT.requestBytes()),
        AnswerLimits.DEFAULT,
        freshnessTimeout,
        jdbc,
        DashboardFolder.NONE);
  }

  /** Limits that suit a laptop. */
  public static QueryConfig defaults() {
    return new QueryConfig(
        SqlLimits.DEFAULT,
        ReadLimits.DEFAULT,
        AnswerLimits.DEFAULT,
        Duration.ofSeconds(10),
        JdbcLimits.DEFAULT,
        DashboardFolder.NONE);
  }

  /** With the dashboards of a folder. */
  public QueryConfig withDashboards(DashboardFolder folder) {
    return new QueryConfig(limits, reads, answers, freshnessTimeout, jdbc, folder, promql);
  }

  /** Reads {@code query.*}, {@code jdbc.*} and {@code ui.dashboards}. */
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
            MemoryLimits.from(settings),
            settings.duration("query.timeout", limits.timeout()),
            settings.number("query.cached-plans", limits.cachedPlans(), 1, 1_000_000)),
        ReadLimits.from(settings),
        AnswerLimits.from(settings),
        settings.duration("query.freshness-timeout", defaults.freshnessTimeout()),
        JdbcLimits.from(settings),
        DashboardFolder.from(settings),
        settings.number("query.promql-version", 3, 2, 3) == 2
            ? PrometheusVersion.V2
            : PrometheusVersion.V3);
  }
}
