package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.jspecify.annotations.Nullable;

/**
 * Refuses {@code (SELECT sum(m.step) FROM x)} where {@code m} belongs to an outer query: in the
 * standard that is a sum over the rows of the outer query, to Calcite one over those of {@code x}.
 */
final class OuterAggregates {
  private OuterAggregates() {}

  /**
   * Checks an aggregate function.
   *
   * @param filter which rows it takes; null if all
   * @param scope of its arguments
   * @throws SqlException if all columns of the arguments belong to outer queries
   */
  static void refuse(
      SqlCall call, @Nullable SqlNode filter, SqlValidatorScope scope, SqlNameMatcher matcher) {
    List<SqlIdentifier> columns = new ArrayList<>();
    SqlBasicVisitor<Void> finder =
        new SqlBasicVisitor<>() {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visit(SqlIdentifier name) {
            if (!name.isStar()) {
              columns.add(name);
            }
            return null;
          }

          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visit(SqlCall inner) {
            return inner.isA(SqlKind.QUERY) ? null : super.visit(inner);
          }
        };
    call.getOperandList().forEach(operand -> operand.accept(finder));
    if (filter != null) {
      filter.accept(finder);
    }
    if (!columns.isEmpty()
        && columns.stream().allMatch(column -> isOuter(column, scope, matcher))) {
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED,
          "%s(…) in a sub-query has columns of an outer query only"
              .formatted(call.getOperator().getName().toLowerCase(Locale.ROOT)),
          null,
          "aggregate in the outer query, or a column of the sub-query together with them",
          null);
    }
  }

  private static boolean isOuter(
      SqlIdentifier column, SqlValidatorScope scope, SqlNameMatcher matcher) {
    SqlIdentifier name = scope.fullyQualify(column).identifier;
    if (name.names.size() < 2) {
      return false;
    }
    SqlValidatorScope.ResolvedImpl resolved = new SqlValidatorScope.ResolvedImpl();
    scope.resolve(name.names.subList(0, 1), matcher, false, resolved);
    return resolved.count() == 1 && resolved.only().scope.getNode() != scope.getNode();
  }
}
