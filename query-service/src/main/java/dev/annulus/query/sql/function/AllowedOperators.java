package dev.annulus.query.sql.function;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.util.ReflectiveSqlOperatorTable;

/**
 * Every operator a query may use. A name that is not here cannot be looked up; a plan that holds an
 * operator which is neither here nor one the planner puts in by itself is refused.
 *
 * <p>Left out on purpose: whatever reads the environment of the process (users, paths, catalogs),
 * regular expressions, which can run for ever, XML and JSON, and functions that make a small text
 * huge.
 */
public final class AllowedOperators {
  private static final List<SqlOperator> ARITHMETIC =
      List.of(
          SqlStdOperatorTable.PLUS,
          SqlStdOperatorTable.MINUS,
          SqlStdOperatorTable.MULTIPLY,
          SqlStdOperatorTable.DIVIDE,
          SqlStdOperatorTable.UNARY_MINUS,
          SqlStdOperatorTable.UNARY_PLUS);

  private static final List<SqlOperator> LOGIC =
      List.of(
          SqlStdOperatorTable.AND,
          SqlStdOperatorTable.OR,
          SqlStdOperatorTable.NOT,
          SqlStdOperatorTable.EQUALS,
          SqlStdOperatorTable.NOT_EQUALS,
          SqlStdOperatorTable.LESS_THAN,
          SqlStdOperatorTable.LESS_THAN_OR_EQUAL,
          SqlStdOperatorTable.GREATER_THAN,
          SqlStdOperatorTable.GREATER_THAN_OR_EQUAL,
          SqlStdOperatorTable.BETWEEN,
          SqlStdOperatorTable.NOT_BETWEEN,
          SqlStdOperatorTable.SYMMETRIC_BETWEEN,
          SqlStdOperatorTable.SYMMETRIC_NOT_BETWEEN,
          SqlStdOperatorTable.IN,
          SqlStdOperatorTable.NOT_IN,
          SqlStdOperatorTable.EXISTS,
          SqlStdOperatorTable.IS_NULL,
          SqlStdOperatorTable.IS_NOT_NULL,
          SqlStdOperatorTable.IS_TRUE,
          SqlStdOperatorTable.IS_NOT_TRUE,
          SqlStdOperatorTable.IS_FALSE,
          SqlStdOperatorTable.IS_NOT_FALSE,
          SqlStdOperatorTable.IS_UNKNOWN,
          SqlStdOperatorTable.IS_NOT_UNKNOWN,
          SqlStdOperatorTable.IS_DISTINCT_FROM,
          SqlStdOperatorTable.IS_NOT_DISTINCT_FROM,
          SqlStdOperatorTable.CASE,
          SqlStdOperatorTable.CAST,
          SqlLibraryOperators.INFIX_CAST);

  private static final List<SqlOperator> STRUCTURE =
      List.of(
          SqlStdOperatorTable.UNION,
          SqlStdOperatorTable.UNION_ALL,
          SqlStdOperatorTable.INTERSECT,
          SqlStdOperatorTable.INTERSECT_ALL,
          SqlStdOperatorTable.EXCEPT,
          SqlStdOperatorTable.EXCEPT_ALL,
          SqlStdOperatorTable.VALUES,
          SqlStdOperatorTable.ROW,
          SqlStdOperatorTable.ITEM,
          SqlStdOperatorTable.AS,
          SqlStdOperatorTable.OVER,
          SqlStdOperatorTable.FILTER,
          SqlStdOperatorTable.IGNORE_NULLS,
          SqlStdOperatorTable.RESPECT_NULLS,
          SqlStdOperatorTable.SCALAR_QUERY,
          SqlStdOperatorTable.DESC,
          SqlStdOperatorTable.NULLS_FIRST,
          SqlStdOperatorTable.NULLS_LAST,
          SqlStdOperatorTable.CONCAT);

  private final List<SqlOperator> listed = new ArrayList<>();
  private final Set<SqlOperator> allowed = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The symbols and words of SQL itself, and these functions. */
  public AllowedOperators(FunctionCatalog functions) {
    List.of(ARITHMETIC, LOGIC, STRUCTURE).forEach(listed::addAll);
    listed.addAll(functions.operators());
    listed.add(ListMembership.OF_NUMBERS);
    listed.add(ListMembership.OF_TEXTS);
    allowed.addAll(listed);
    allowed.addAll(PlannerOperators.ALL);
    allowed.addAll(MethodOperator.all());
  }

  /** For looking names up. */
  public SqlOperatorTable table() {
    return new Listed(listed);
  }

  /** Whether a plan may hold an operator. */
  public boolean allows(SqlOperator operator) {
    return allowed.contains(operator);
  }

  /** Finds operators by name, whatever category the caller takes a function for. */
  private static final class Listed extends ReflectiveSqlOperatorTable {
    Listed(List<SqlOperator> operators) {
      setOperators(buildIndex(operators));
    }
  }
}
