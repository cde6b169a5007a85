package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/**
 * {@code SELECT DISTINCT … ORDER BY 2} where the second column has a {@code FILTER} or a window:
 * the validator would not find it in the select list again, so the distinct rows are ordered by a
 * query around them.
 */
final class DistinctOrder {
  private DistinctOrder() {}

  /** The same with the order outside, if that is needed and possible; else the call itself. */
  static SqlCall outside(SqlCall call) {
    if (!(call instanceof SqlOrderBy order)
        || !(order.query instanceof SqlSelect select)
        || !select.isDistinct()
        || !hasParts(select.getSelectList())) {
      return call;
    }
    List<SqlNode> keys = new ArrayList<>();
    for (SqlNode key : order.orderList) {
      SqlNode ordinal = ordinal(key, select.getSelectList());
      if (ordinal == null) {
        return call;
      }
      keys.add(ordinal);
    }
    SqlParserPos pos = order.getParserPosition();
    SqlNode rows =
        SqlStdOperatorTable.AS.createCall(pos, select, new SqlIdentifier("$distinct", pos));
    SqlSelect all =
        new SqlSelect(
            pos,
            SqlNodeList.EMPTY,
            new SqlNodeList(List.of(SqlIdentifier.star(pos)), pos),
            rows,
            null,
            null,
            null,
            SqlNodeList.EMPTY,
            null,
            null,
            null,
            null,
            null);
    return new SqlOrderBy(pos, all, new SqlNodeList(keys, pos), order.offset, order.fetch);
  }

  /** Whether aggregates or windows have parts that the validator does not compare. */
  private static boolean hasParts(SqlNode items) {
    boolean[] found = {false};
    items.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          public Void visit(SqlCall call) {
            found[0] |= call.getKind() == SqlKind.FILTER || call.getKind() == SqlKind.OVER;
            return super.visit(call);
          }
        });
    return found[0];
  }

  /** A key with the number of the select item it names; null if it names none. */
  private static @Nullable SqlNode ordinal(SqlNode key, SqlNodeList items) {
    return switch (key.getKind()) {
      case DESCENDING, NULLS_FIRST, NULLS_LAST -> {
        SqlBasicCall call = (SqlBasicCall) key;
        SqlNode inner = ordinal(call.operand(0), items);
        yield inner == null ? null : call.getOperator().createCall(call.getParserPosition(), inner);
      }
      case LITERAL -> key instanceof SqlNumericLiteral ? key : null;
      case IDENTIFIER -> {
        int item = ((SqlIdentifier) key).isSimple() ? named((SqlIdentifier) key, items) : -1;
        yield item < 0
            ? null
            : SqlLiteral.createExactNumeric(String.valueOf(item + 1), key.getParserPosition());
      }
      default -> null;
    };
  }

  private static int named(SqlIdentifier key, SqlNodeList items) {
    int found = -1;
    for (int i = 0; i < items.size(); i++) {
      SqlNode item = items.get(i);
      SqlNode name = item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(1) : item;
      if (name instanceof SqlIdentifier identifier) {
        if (identifier.isStar()) {
          return -1;
        }
        if (identifier.names.get(identifier.names.size() - 1).equalsIgnoreCase(key.getSimple())) {
          if (found >= 0) {
            return -1;
          }
          found = i;
        }
      }
    }
    return found;
  }
}
