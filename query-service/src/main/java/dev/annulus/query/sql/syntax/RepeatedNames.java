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
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.util.Litmus;

/**
 * Orders {@code SELECT step, step FROM metrics ORDER BY step} by the first of the two: they are the
 * same, so that the name is not ambiguous.
 */
final class RepeatedNames {
  private RepeatedNames() {}

  /** Changes the keys of an order in place. */
  static void number(SqlOrderBy order) {
    if (order.query instanceof SqlSelect select) {
      SqlNodeList items = select.getSelectList();
      order.orderList.replaceAll(key -> numbered(key, items));
    }
  }

  private static SqlNode numbered(SqlNode key, SqlNodeList items) {
    if (key instanceof SqlBasicCall call
        && (call.getKind() == SqlKind.DESCENDING
            || call.getKind() == SqlKind.NULLS_FIRST
            || call.getKind() == SqlKind.NULLS_LAST)) {
      call.setOperand(0, numbered(call.operand(0), items));
      return call;
    }
    if (!(key instanceof SqlIdentifier name) || !name.isSimple()) {
      return key;
    }
    List<Integer> named = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof SqlIdentifier item && item.isStar()) {
        return key;
      }
      if (isNamed(items.get(i), name.getSimple())) {
        named.add(i);
      }
    }
    return named.size() > 1
            && named.stream()
                .allMatch(
                    i -> value(items, i).equalsDeep(value(items, named.get(0)), Litmus.IGNORE))
        ? SqlLiteral.createExactNumeric(String.valueOf(named.get(0) + 1), key.getParserPosition())
        : key;
  }

  private static boolean isNamed(SqlNode item, String name) {
    SqlNode named = item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(1) : item;
    return named instanceof SqlIdentifier identifier
        && identifier.names.get(identifier.names.size() - 1).equalsIgnoreCase(name);
  }

  private static SqlNode value(SqlNodeList items, int item) {
    SqlNode node = items.get(item);
    return node.getKind() == SqlKind.AS ? ((SqlCall) node).operand(0) : node;
  }
}
