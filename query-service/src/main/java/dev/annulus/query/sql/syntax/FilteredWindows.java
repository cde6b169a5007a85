package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Spells {@code sum(x) FILTER (WHERE c) OVER w} out as {@code sum(CASE WHEN c THEN x END) OVER w}:
 * aggregates skip nulls, and Calcite takes only one of the two clauses.
 */
final class FilteredWindows {
  private static final Set<String> NO_AGGREGATES =
      Set.of(
          "ROW_NUMBER",
          "RANK",
          "DENSE_RANK",
          "NTILE",
          "LAG",
          "LEAD",
          "FIRST_VALUE",
          "LAST_VALUE",
          "NTH_VALUE");

  private FilteredWindows() {}

  /** The function that a call of {@code OVER} stands for; null if it has no filter. */
  static @Nullable SqlNode function(SqlCall over) {
    if (!(over.operand(0) instanceof SqlCall filter)
        || filter.getKind() != SqlKind.FILTER
        || !(filter.operand(0) instanceof SqlCall function)
        || function.operandCount() == 0
        || NO_AGGREGATES.contains(function.getOperator().getName().toUpperCase(Locale.ROOT))) {
      return null;
    }
    SqlParserPos pos = function.getParserPosition();
    List<SqlNode> arguments = new ArrayList<>(function.getOperandList());
    SqlNode first = arguments.get(0);
    boolean rows = first instanceof SqlIdentifier name && name.isStar();
    arguments.set(
        0,
        new SqlCase(
            pos,
            null,
            SqlNodeList.of(filter.operand(1)),
            SqlNodeList.of(rows ? SqlLiteral.createExactNumeric("1", SqlParserPos.ZERO) : first),
            SqlLiteral.createNull(SqlParserPos.ZERO)));
    return new SqlBasicCall(
        function.getOperator(), arguments, pos, function.getFunctionQuantifier());
  }
}
