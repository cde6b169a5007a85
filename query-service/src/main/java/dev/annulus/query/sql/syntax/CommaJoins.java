package dev.annulus.query.sql.syntax;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlJoin;
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
      select.setFrom(reassociated(from));
    }
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

  private static SqlNode reassociated(SqlNode from) {
    if (!(from instanceof SqlJoin join)) {
      return from;
    }
    SqlNode left = reassociated(join.getLeft());
    if (isComma(join) || !(left instanceof SqlJoin list) || !isComma(list)) {
      join.setLeft(left);
      return join;
    }
    join.setLeft(list.getRight());
    list.setRight(join);
    return list;
  }
}
