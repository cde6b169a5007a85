package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlRequest;
import dev.annulus.store.RingStore;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.Executor;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a compiled plan sees: its parameters, the request's bounds and the store. Nothing
 * else of the process can be reached through it.
 */
public final class ExecutionContext implements DataContext {
  private final RingStore store;
  private final RangeQueries promql;
  private final SqlRequest request;
  private final QueryBudget budget;
  private final Executor readers;
  private final long nowMillis;
  private final Map<String, Object> constants;
  private final @Nullable Object[] parameters;
  private final JavaTypeFactory types;

  /**
   * A run.
   *
   * @param promql evaluates PromQL
   * @param readers reads the rings of queries that read many
   * @param constants what the plan refers to by name
   * @param parameters the values of {@code ?0}, {@code ?1}, …
   */
  public ExecutionContext(
      RingStore store,
      RangeQueries promql,
      SqlRequest request,
      QueryBudget budget,
      Executor readers,
      long nowMillis,
      Map<String, Object> constants,
      @Nullable Object[] parameters,
      JavaTypeFactory types) {
    this.store = store;
    this.promql = promql;
    this.request = request;
    this.budget = budget;
    this.readers = readers;
    this.nowMillis = nowMillis;
    this.constants = constants;
    this.parameters = parameters;
    this.types = types;
  }

  /** The run behind a context that generated code holds. */
  public static ExecutionContext of(DataContext context) {
    return (ExecutionContext) context;
  }

  RingStore store() {
    return store;
  }

  RangeQueries promql() {
    return promql;
  }

  SqlRequest request() {
    return request;
  }

  public QueryBudget budget() {
    return budget;
  }

  Executor readers() {
    return readers;
  }

  @Override
  public @Nullable Object get(String name) {
    if (name.charAt(0) == '?') {
      return parameters[Integer.parseInt(name, 1, name.length(), 10)];
    }
    return switch (name) {
      case "utcTimestamp", "currentTimestamp", "localTimestamp" -> nowMillis;
      case "timeZone" -> TimeZone.getTimeZone("UTC");
      default -> constants.get(name);
    };
  }

  @Override
  public @Nullable SchemaPlus getRootSchema() {
    return null;
  }

  @Override
  public JavaTypeFactory getTypeFactory() {
    return types;
  }

  @Override
  public QueryProvider getQueryProvider() {
    throw new UnsupportedOperationException("plans run without a query provider");
  }
}
