package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlCatalog;
import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.function.FunctionCatalog;
import dev.annulus.query.sql.plan.SqlCursor.Planning;
import dev.annulus.query.sql.run.ExecutionContext;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.run.QueryMemory;
import dev.annulus.query.sql.run.QueryResources;
import dev.annulus.query.sql.run.RangeQueries;
import dev.annulus.query.sql.run.StoreTable;
import dev.annulus.query.sql.syntax.Dialect;
import dev.annulus.query.sql.syntax.Literal;
import dev.annulus.query.sql.syntax.Skeleton;
import dev.annulus.query.sql.syntax.SqlText;
import dev.annulus.query.sql.syntax.StatementParser;
import dev.annulus.query.sql.syntax.Syntax;
import dev.annulus.query.sql.syntax.SyntaxTree;
import dev.annulus.store.RingStore;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.calcite.linq4j.Enumerator;

/**
 * Answers SQL from a store. Planning and computing happen on the calling thread: on that of {@link
 * #query} until the first row is asked for, then on the cursor's. Where many rings are read,
 * threads of the engine read ahead. Thread-safe.
 */
public final class SqlEngine {
  private final RingStore store;
  private final QueryResources resources;
  private final SqlLimits limits;
  private final RangeQueries promql;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final boolean pushAggregates;
  private final FunctionCatalog functions = new FunctionCatalog();
  private final Syntax syntax = new Syntax(new StatementParser(Dialect.INSTANCE), functions);
  private final PlanMeter meter;
  private final QueryPlanner planner;
  private final Failures failures = new Failures(functions);
  private final PlanCache plans;

  /**
   * An engine without PromQL.
   *
   * @param store read only
   * @param limits of every query
   * @param clock tells the time to {@code CURRENT_TIMESTAMP}
   * @param nanoTime measures deadlines; {@code System::nanoTime} outside tests
   */
  public SqlEngine(RingStore store, SqlLimits limits, InstantSource clock, LongSupplier nanoTime) {
    this(store, QueryResources.of(limits), RangeQueries.NONE, clock, nanoTime);
  }

  /**
   * An engine.
   *
   * @param resources shared with other languages
   * @param promql what the table function {@code promql} asks
   */
  public SqlEngine(
      RingStore store,
      QueryResources resources,
      RangeQueries promql,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(store, resources, promql, clock, nanoTime, true);
  }

  /** An engine that may be told to compute groups from rows, never while scanning. */
  SqlEngine(
      RingStore store,
      QueryResources resources,
      RangeQueries promql,
      InstantSource clock,
      LongSupplier nanoTime,
      boolean pushAggregates) {
    this.store = store;
    this.resources = resources;
    this.limits = resources.limits();
    this.promql = promql;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pushAggregates = pushAggregates;
    this.meter = new PlanMeter(nanoTime);
    this.planner = new QueryPlanner(functions, meter);
    this.plans = new PlanCache(syntax, planner, meter, limits.cachedPlans());
  }

  /** The limits of every query. */
  public SqlLimits limits() {
    return limits;
  }

  /** What all queries hold. */
  public QueryMemory memory() {
    return resources.memory();
  }

  /** What planning has cost. */
  public PlanMeter planning() {
    return meter;
  }

  /** What a query can name. */
  public SqlCatalog catalog() {
    return new SqlCatalog(
        StoreTable.PUBLIC.stream().map(StoreTable::describe).toList(), functions.docs());
  }

  /**
   * Plans a query and opens its result; rows are computed as they are asked for.
   *
   * @param cancel ends planning and reading when it is raised
   * @return a cursor that the caller closes
   * @throws SqlException if the query cannot be planned
   */
  public SqlCursor query(SqlRequest request, CancelSignal cancel) {
    QueryBudget budget = budget(request, cancel);
    PlanOptions options = new PlanOptions(request.metricIds() != null, pushAggregates);
    try {
      SqlText text = SqlText.of(request.sql(), request.sets(), limits);
      if (text.isExplain()) {
        String plan = planner.explain(syntax.read(text), options, budget::check);
        return SqlCursor.ofPlan(plan, budget, failures);
      }
      PlanCache.Found found = plans.get(text, options, budget);
      return run(request, text.skeleton(), found.plan(), found.cached(), budget);
    } catch (RuntimeException | Error e) {
      budget.close();
      throw failures.translate(e);
    }
  }

  /**
   * Plans a query, without running it.
   *
   * @return the columns its result would have
   * @throws SqlException if it cannot be planned
   */
  public List<SqlColumn> columns(SqlRequest request, CancelSignal cancel) {
    try (QueryBudget budget = budget(request, cancel)) {
      SqlText text = SqlText.of(request.sql(), request.sets(), limits);
      PlanOptions options = new PlanOptions(request.metricIds() != null, pushAggregates);
      if (text.isExplain()) {
        return SqlCursor.PLAN_COLUMNS;
      }
      QueryPlan plan = plans.get(text, options, budget).plan();
      budget.check();
      return plan.columns(text.skeleton());
    } catch (RuntimeException | Error e) {
      throw failures.translate(e);
    }
  }

  /** Runs a query as it stands, with literals in its plan and without the cache. */
  SqlCursor queryUncached(SqlRequest request) {
    QueryBudget budget = budget(request, new CancelSignal());
    PlanOptions options = new PlanOptions(request.metricIds() != null, pushAggregates);
    try {
      SyntaxTree tree = syntax.readAsIs(SqlText.of(request.sql(), limits));
      QueryPlan plan = planner.plan(tree, options, budget::check);
      return run(request, tree.skeleton(), plan, false, budget);
    } catch (RuntimeException | Error e) {
      budget.close();
      throw failures.translate(e);
    }
  }

  private QueryBudget budget(SqlRequest request, CancelSignal cancel) {
    return new QueryBudget(limits, resources.memory(), request.timeout(), cancel, nanoTime);
  }

  private SqlCursor run(
      SqlRequest request, Skeleton text, QueryPlan plan, boolean cached, QueryBudget budget) {
    budget.expectTexts(plan.textPlaces());
    budget.expectText(Math.max(plan.longestPadded(), text.longestText()));
    ExecutionContext context =
        new ExecutionContext(
            store,
            promql,
            request,
            budget,
            resources.readers(),
            clock.millis(),
            plan.constants(),
            text.literals().stream().map(Literal::value).toArray(),
            planner.types());
    Planning planning = new Planning(budget.elapsedNanos(), cached);
    Enumerator<Object> rows = plan.rows().bind(context).enumerator(); // a sort reads all its rows
    return SqlCursor.ofRows(
        plan.columns(text), rows, budget, failures, request.maxRows(), planning);
  }

  /** Loads and compiles what the first query would otherwise wait for: about a second of work. */
  public void warmUp() {
    String sql =
        "WITH m AS (SELECT 1 AS metric_id, 'a' AS alias UNION ALL SELECT 2, 'b'),"
            + " b AS (SELECT ts_bucket(s.ts, 60) AS bucket, m.alias, avg(s.value) AS v,"
            + " count(*) AS n FROM samples AS s JOIN m ON s.metric_id = m.metric_id"
            + " WHERE s.ts BETWEEN 1 AND 2 GROUP BY bucket, m.alias)"
            + " SELECT bucket, max(CASE WHEN alias = 'a' THEN v END) AS a,"
            + " bucket_rate(v, LAG(v) OVER (PARTITION BY alias ORDER BY bucket), 60) AS rate"
            + " FROM b GROUP BY bucket, alias, v ORDER BY bucket LIMIT 10";
    try (SqlCursor cursor = query(SqlRequest.of(sql, limits), new CancelSignal())) {
      while (cursor.next()) {
        cursor.row();
      }
    }
  }
}
