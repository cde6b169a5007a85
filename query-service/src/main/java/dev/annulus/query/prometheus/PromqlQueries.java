package dev.annulus.query.prometheus;

import dev.annulus.promql.eval.EvaluationOptions;
import dev.annulus.promql.eval.MemoryBudget;
import dev.annulus.promql.eval.PrometheusVersion;
import dev.annulus.promql.eval.PromqlEngine;
import dev.annulus.promql.eval.QueryEnvironment;
import dev.annulus.promql.eval.QueryLimits;
import dev.annulus.promql.series.SeriesCursor;
import dev.annulus.promql.series.SeriesSource;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.run.QueryResources;
import dev.annulus.query.sql.run.RingReadAhead;
import dev.annulus.store.RingReader;
import dev.annulus.store.RingStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Evaluates PromQL on a store, within the limits and the memory that SQL has. Thread-safe; a query
 * runs on the thread that calls, others read ahead.
 */
public final class PromqlQueries {
  /** How old a sample may be and still count, unless a request says otherwise. */
  public static final long LOOKBACK_MILLIS = 300_000;

  private static final int MAX_DEPTH = 300;
  private static final int MAX_STEPS = 1_000_000;

  /** Of the heap, what values of labels may take that are remembered. */
  private static final int VALUES_PART = 64;

  private final LabelValues values;
  private final SeriesFinder finder;
  private final RingReader rings;
  private final QueryResources resources;
  private final PrometheusVersion version;

  /**
   * @param resources shared with SQL
   * @param version whose language it is
   */
  public PromqlQueries(RingStore store, QueryResources resources, PrometheusVersion version) {
    this.values = new LabelValues(store.search(), Runtime.getRuntime().maxMemory() / VALUES_PART);
    this.finder = new SeriesFinder(store, values);
    this.rings = store.rings();
    this.resources = resources;
    this.version = version;
  }

  /** The limits of every query. */
  public SqlLimits limits() {
    return resources.limits();
  }

  /** The threads that read ahead; also for other short parts of a query. */
  public Executor readers() {
    return resources.readers();
  }

  /** Finds series without their samples. */
  public SeriesFinder finder() {
    return finder;
  }

  /** The values of labels, without the series that have them. */
  public LabelValues values() {
    return values;
  }

  /** What one query may use; to be closed when it has ended. */
  public QueryBudget budget(Duration timeout, CancelSignal cancel) {
    return new QueryBudget(
        resources.limits(), resources.memory(), timeout, cancel, System::nanoTime);
  }

  /**
   * The samples of series, in that order.
   *
   * @param fromMillis inclusive, as {@code toMillis}
   */
  public SeriesCursor samples(
      QueryBudget budget, List<FoundSeries> series, long fromMillis, long toMillis) {
    return new StoredSeries(
        series,
        new RingReadAhead(
            rings,
            resources.readers(),
            budget,
            series.size(),
            i -> series.get(i).metricId(),
            new RingReadAhead.Wanted(fromMillis, toMillis, true)));
  }

  /** The store's series. */
  private SeriesSource source(QueryBudget budget) {
    return selection ->
        samples(
            budget,
            finder.find(selection.matchers(), budget),
            selection.fromMillis(),
            selection.toMillis());
  }

  /** What one query runs on. */
  public QueryEnvironment environment(QueryBudget budget) {
    return new QueryEnvironment(source(budget), new BudgetedMemory(budget), budget::check);
  }

  /**
   * Evaluates queries.
   *
   * @param lookbackMillis how old the last sample of a series may be for an instant vector
   */
  public PromqlEngine engine(long lookbackMillis) {
    EvaluationOptions defaults = EvaluationOptions.DEFAULT;
    return new PromqlEngine(
        new EvaluationOptions(
            lookbackMillis, defaults.defaultSubqueryStep(), defaults.delayedNameRemoval(), version),
        // Series in memory are bounded by their bytes, those of a selector by SeriesFinder.
        new QueryLimits(MAX_DEPTH, MAX_STEPS, Integer.MAX_VALUE, Long.MAX_VALUE / 2));
  }

  private record BudgetedMemory(QueryBudget budget) implements MemoryBudget {
    @Override
    public void reserve(long bytes) {
      budget.hold(bytes);
    }

    @Override
    public void release(long bytes) {
      budget.release(bytes);
    }
  }
}
