package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/**
 * A comma in {@code FROM} binds weaker than {@code JOIN}: {@code a, b RIGHT JOIN c} is every row of
 * {@code a} with those of {@code b RIGHT JOIN c}. The parser reads such lists from left to right.
 */
final class CommaJoins {
  private CommaJoins() {}

  /**
   * Changes a query in place if it makes a difference. It makes none for inner and left joins with
   * a condition, whose conditions may therefore name tables before the comma.
   */
  static void reassociate(SqlSelect select) {
    SqlNode from = select.getFrom();
    if (from != null && matters(from)) {
      select.setFrom(reassociated(from, false));
    }
    refuseNestedLaterals(select.getFrom());
  }

  /** Calcite takes columns of other tables for those that such a LATERAL refers to. */
  private static void refuseNestedLaterals(@Nullable SqlNode from) {
    if (from instanceof SqlJoin join) {
      if (join.getRight() instanceof SqlJoin nested && hasLateral(nested)) {
        throw new SqlException(
            SqlErrorCode.UNSUPPORTED,
            "LATERAL within a join that is the right side of another is not supported; write that"
                + " join first, or as a sub-query (SELECT …)");
      }
      refuseNestedLaterals(join.getLeft());
    }
  }

  private static boolean hasLateral(SqlNode from) {
    SqlNode table = from.getKind() == SqlKind.AS ? ((SqlCall) from).operand(0) : from;
    return table.getKind() == SqlKind.LATERAL
        || (table instanceof SqlJoin join
            && (hasLateral(join.getLeft()) || hasLateral(join.getRight())));
  }

  private static boolean matters(SqlNode from) {
    if (!(from instanceof SqlJoin join)) {
      return false;
    }
    return (dependsOnSides(join) && hasComma(join.getLeft())) || matters(join.getLeft());
  }

  private static boolean dependsOnSides(SqlJoin join) {
    return join.getJoinType() == JoinType.RIGHT
        || join.getJoinType() == JoinType.FULL
        || join.isNatural()
        || join.getConditionType() == JoinConditionType.USING;
  }

  private static boolean hasComma(@Nullable SqlNode from) {
    return from instanceof SqlJoin join && (isComma(join) || hasComma(join.getLeft()));
  }

  private static boolean isComma(SqlJoin join) {
    return join.getJoinType() == JoinType.COMMA;
  }

  /**
   * Moves joins to the right of a comma, as far as those that depend on their sides need it.
   *
   * @param needed whether such a join is above
   */
  private static SqlNode reassociated(SqlNode from, boolean needed) {
    if (!(from instanceof SqlJoin join)) {
      return from;
    }
    boolean moves = !isComma(join) && (needed || dependsOnSides(join));
    SqlNode left = reassociated(join.getLeft(), moves);
    if (!moves || !(left instanceof SqlJoin list) || !isComma(list)) {
      join.setLeft(left);
      return join;
    }
    join.setLeft(list.getRight());
    list.setRight(join);
    return list;
  }
}
