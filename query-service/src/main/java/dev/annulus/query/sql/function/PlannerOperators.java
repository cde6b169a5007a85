package dev.annulus.query.sql.function;

import java.util.List;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlInternalOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/** Operators no query can name, but the planner puts in. */
final class PlannerOperators {
  static final List<SqlOperator> ALL =
      List.of(
          SqlStdOperatorTable.MOD,
          SqlStdOperatorTable.SEARCH,
          SqlStdOperatorTable.ROW,
          SqlStdOperatorTable.REINTERPRET,
          SqlStdOperatorTable.DIVIDE_INTEGER,
          SqlStdOperatorTable.MINUS_DATE,
          SqlStdOperatorTable.DATETIME_PLUS,
          SqlStdOperatorTable.SUM0,
          SqlStdOperatorTable.LAG,
          SqlStdOperatorTable.LEAD,
          SqlStdOperatorTable.SINGLE_VALUE,
          SqlStdOperatorTable.IS_UNKNOWN,
          SqlStdOperatorTable.IS_NOT_UNKNOWN,
          SqlInternalOperators.LITERAL_AGG);

  private PlannerOperators() {}
}
