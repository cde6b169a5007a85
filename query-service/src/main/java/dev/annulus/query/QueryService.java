package dev.annulus.query;

import dev.annulus.kv.StoreException;
import dev.annulus.model.SampleRules;
import dev.annulus.query.dashboards.ProvidedDashboards;
import dev.annulus.query.exec.QueryRunner;
import dev.annulus.query.http.AnswerLimits;
import dev.annulus.query.http.ApiDocsRoutes;
import dev.annulus.query.http.AvaticaRoutes;
import dev.annulus.query.http.DashboardRoutes;
import dev.annulus.query.http.Freshness;
import dev.annulus.query.http.IngestLog;
import dev.annulus.query.http.MetricRoutes;
import dev.annulus.query.http.QueryRoutes;
import dev.annulus.query.http.Reads;
import dev.annulus.query.http.RejectedRoutes;
import dev.annulus.query.http.SchemaRoutes;
import dev.annulus.query.http.SeriesRoutes;
import dev.annulus.query.http.StatsRoutes;
import dev.annulus.query.http.StoredSignOuts;
import dev.annulus.query.http.UiRoutes;
import dev.annulus.query.http.prometheus.LabelRoutes;
import dev.annulus.query.http.prometheus.PrometheusStatusRoutes;
import dev.annulus.query.http.prometheus.PromqlRoutes;
import dev.annulus.query.http.prometheus.RemoteReadRoutes;
import dev.annulus.query.jdbc.AvaticaServer;
import dev.annulus.query.jdbc.JdbcSessions;
import dev.annulus.query.prometheus.PromqlQueries;
import dev.annulus.query.prometheus.PromqlTables;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.query.sql.run.QueryResources;
import dev.annulus.service.DaemonThreads;
import dev.annulus.service.http.InfluxSetup;
import dev.annulus.service.http.Routes;
import dev.annulus.store.RingStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The query service without its HTTP server: all of its wiring. Thread-safe. */
public final class QueryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);
  private static final Duration HOUSEKEEPING = Duration.ofHours(1);

  private final RingStore store;
  private final IngestLog log;
  private final SqlEngine engine;
  private final QueryRunner runner;
  private final JdbcSessions jdbc;
  private final Freshness freshness;
  private final ProvidedDashboards provided;
  private final StoredSignOuts signOuts;
  private final List<Routes> routes;
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("annulus-housekeeping"));

  /** Neither {@code store} nor {@code log} is closed with the service. */
  public QueryService(
      QueryConfig config,
      RingStore store,
      IngestLog log,
      SampleRules rules,
      InstantSource clock,
      MeterRegistry metrics) {
    this.store = store;
    this.log = log;
    QueryResources resources = QueryResources.of(config.limits());
    PromqlQueries promql = new PromqlQueries(store, resources, config.promql());
    this.engine =
        new SqlEngine(store, resources, new PromqlTables(promql), clock, System::nanoTime);
    SqlMeters.bind(engine, metrics);
    this.runner = new QueryRunner(config.reads(), clock, metrics);
    this.jdbc = new JdbcSessions(config.jdbc(), metrics);
    this.freshness = new Freshness(store.positions(), config.freshnessTimeout());
    this.provided = new ProvidedDashboards(config.dashboards());
    Reads reads = new Reads(runner, freshness, config.limits().timeout());
    AnswerLimits answers = config.answers();
    this.signOuts = new StoredSignOuts(store.signOuts(), clock, System::nanoTime);
    this.routes =
        List.of(
            new InfluxSetup(),
            signOuts,
            new QueryRoutes(engine, runner, reads, store.search(), answers, clock, metrics),
            new PromqlRoutes(promql, reads, clock),
            new LabelRoutes(promql, store, reads, answers.listed()),
            new RemoteReadRoutes(promql, reads),
            new PrometheusStatusRoutes(),
            new AvaticaRoutes(new AvaticaServer(engine, jdbc), reads),
            new MetricRoutes(store, log, reads, rules, answers),
            new SeriesRoutes(store, reads, answers, config.limits().samples()),
            new DashboardRoutes(store.dashboards(), provided, reads, answers),
            new RejectedRoutes(log, reads, answers),
            new StatsRoutes(store.cardinality(), store.capacity(), reads),
            new SchemaRoutes(engine.catalog(), rules),
            new ApiDocsRoutes(),
            new UiRoutes());
  }

  /** What to serve over HTTP. */
  public List<Routes> routes() {
    return routes;
  }

  /** Compiles the code of a typical query, so that the first user does not wait for it. */
  public void warmUp() {
    try {
      engine.warmUp();
    } catch (SqlException e) {
      // A machine too busy to warm up in time can still answer.
      LOG.atWarn().addKeyValue("problem", e.getMessage()).log("the first queries will be slow");
    }
  }

  /** Reads who has signed out, carries on retention changes that were cut off, and tidies up. */
  public void start() {
    signOuts.start(housekeeping);
    housekeeping.execute(() -> report("resuming retention changes", store.retention().resume()));
    housekeeping.scheduleWithFixedDelay(
        () ->
            report(
                "removing deletion marks",
                log.starts().thenCompose(starts -> store.registry().removeMarksBefore(starts))),
        1,
        HOUSEKEEPING.toMinutes(),
        TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    housekeeping.shutdownNow();
    runner.close();
    jdbc.close();
    freshness.close();
    provided.close();
  }

  private static void report(String task, CompletableFuture<?> done) {
    done.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            LOG.atWarn()
                .addKeyValue("task", task)
                .addKeyValue("problem", StoreException.unwrap(failure).getMessage())
                .log("housekeeping failed; it is tried again later");
          }
        });
  }
}
