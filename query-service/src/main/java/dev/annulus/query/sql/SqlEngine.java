package dev.annulus.query.sql;

import dev.annulus.query.sql.api.CancelSignal;
import dev.annulus.query.sql.api.SqlException;
import dev.annulus.query.sql.api.SqlLimits;
import dev.annulus.query.sql.api.SqlRequest;
import dev.annulus.query.sql.function.FunctionCatalog;
import dev.annulus.query.sql.function.FunctionDoc;
import dev.annulus.query.sql.parse.Dialect;
import dev.annulus.query.sql.parse.SqlText;
import dev.annulus.query.sql.parse.StatementParser;
import dev.annulus.query.sql.plan.PlanOptions;
import dev.annulus.query.sql.plan.QueryPlan;
import dev.annulus.query.sql.plan.QueryPlanner;
import dev.annulus.query.sql.run.ExecutionContext;
import dev.annulus.query.sql.run.QueryBudget;
import dev.annulus.query.sql.run.StoreTable;
import dev.annulus.store.RingStore;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Answers SQL from a store. Planning and reading happen on the calling thread: on that of {@link
 * #query} until the first row is asked for, then on the cursor's. Thread-safe.
 */
public final class SqlEngine {
  private final RingStore store;
  private final SqlLimits limits;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final FunctionCatalog functions = new FunctionCatalog();
  private final StatementParser parser = new StatementParser(Dialect.INSTANCE);
  private final QueryPlanner planner = new QueryPlanner(functions);
  private final Failures failures = new Failures(functions);

  /**
   * An engine.
   *
   * @param store read only
   * @param limits of every query
   * @param clock tells the time to {@code CURRENT_TIMESTAMP}
   * @param nanoTime measures deadlines; {@code System::nanoTime} outside tests
   */
  public SqlEngine(RingStore store, SqlLimits limits, InstantSource clock, LongSupplier nanoTime) {
    this.store = store;
    this.limits = limits;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The limits of every query. */
  public SqlLimits limits() {
    return limits;
  }

  /** The functions this engine adds to SQL. */
  public List<FunctionDoc> functions() {
    return functions.docs();
  }

  /** The tables a query may name, with their columns. */
  public List<StoreTable> tables() {
    return StoreTable.PUBLIC;
  }

  /**
   * Plans a query and opens its result; rows are computed as they are asked for.
   *
   * @param cancel ends planning and reading when it is raised
   * @return a cursor that the caller closes
   * @throws SqlException if the query cannot be planned
   */
  public SqlCursor query(SqlRequest request, CancelSignal cancel) {
    QueryBudget budget = new QueryBudget(limits, request.timeout(), cancel, nanoTime);
    try {
      SqlText text = SqlText.of(request.sql(), limits);
      PlanOptions options = new PlanOptions(request.metricIds() != null, true);
      QueryPlan plan = planner.plan(parser.parse(text), options, budget::check);
      if (text.isExplain()) {
        return SqlCursor.ofPlan(plan, budget, failures);
      }
      ExecutionContext context =
          new ExecutionContext(
              store,
              request,
              budget,
              clock.millis(),
              plan.constants(),
              new Object[0],
              planner.types());
      return SqlCursor.ofRows(plan, context, budget, request.maxRows(), failures);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw failures.translate(e);
    }
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
