package dev.annulus.query.sql.syntax;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Qualifies the columns of {@code USING}, which are ambiguous to the validator outside of {@code
 * SELECT} and {@code GROUP BY}. A column is qualified only if every join of the {@code FROM} clause
 * names it, so that no other table can mean it. Sub-queries are left alone: the name may be theirs.
 */
final class CommonColumns {
  /** By the name in lower case: what the column is. */
  private final Map<String, Column> columns;

  private CommonColumns(Map<String, Column> columns) {
    this.columns = columns;
  }

  /**
   * A column of the tables joined.
   *
   * @param table whose column it is
   * @param other whose column it is where the first is null; null if it never is
   */
  private record Column(String table, @Nullable String other) {
    SqlNode named(SqlIdentifier name) {
      SqlParserPos pos = name.getParserPosition();
      SqlIdentifier first = new SqlIdentifier(List.of(table, name.getSimple()), pos);
      return other == null
          ? first
          : SqlStdOperatorTable.COALESCE.createCall(
              pos, first, new SqlIdentifier(List.of(other, name.getSimple()), pos));
    }
  }

  /** Changes a query in place. */
  static void qualify(SqlSelect select) {
    CommonColumns common = new CommonColumns(columns(select.getFrom()));
    if (common.columns.isEmpty()) {
      return;
    }
    SqlNodeList items = select.getSelectList();
    items.replaceAll(
        item -> {
          SqlNode changed = common.changed(item);
          return changed instanceof SqlCall && item instanceof SqlIdentifier name
              ? SqlStdOperatorTable.AS.createCall(item.getParserPosition(), changed, name)
              : changed;
        });
    select.setWhere(common.orNull(select.getWhere()));
    select.setHaving(common.orNull(select.getHaving()));
    select.setQualify(common.orNull(select.getQualify()));
    common.orNull(select.getGroup());
    common.orNull(select.getWindowList());
  }

  /** Changes the order of a query in place; names of its own stay what they are. */
  static void qualify(SqlOrderBy order) {
    if (order.query instanceof SqlSelect select) {
      Map<String, Column> columns = columns(select.getFrom());
      for (SqlNode item : select.getSelectList()) {
        if (item.getKind() == SqlKind.AS) {
          columns.remove(lower(((SqlCall) item).operand(1)));
        }
      }
      if (!columns.isEmpty()) {
        new CommonColumns(columns).orNull(order.orderList);
      }
    }
  }

  private @Nullable SqlNode orNull(@Nullable SqlNode node) {
    return node == null ? null : changed(node);
  }

  private SqlNode changed(SqlNode node) {
    if (node instanceof SqlIdentifier name) {
      Column column = name.isSimple() && !name.isStar() ? columns.get(lower(name)) : null;
      return column == null ? node : column.named(name);
    }
    if (node instanceof SqlNodeList list) {
      list.replaceAll(this::orNull);
    } else if (node instanceof SqlWindow window) {
      orNull(window.getPartitionList());
      orNull(window.getOrderList());
    } else if (node instanceof SqlCall call && !call.getKind().belongsTo(SqlKind.QUERY)) {
      boolean named = call.getKind() == SqlKind.AS || call.getKind() == SqlKind.OVER;
      for (int i = 0; i < call.operandCount(); i++) {
        SqlNode operand = call.operand(i);
        if (operand != null && (i == 0 || !named || operand instanceof SqlWindow)) {
          SqlNode changed = changed(operand);
          if (changed != operand) {
            call.setOperand(i, changed);
          }
        }
      }
    }
    return node;
  }

  /** What a FROM clause joins by the name of a column, in all of its joins. */
  private static Map<String, Column> columns(@Nullable SqlNode from) {
    Map<String, Column> columns = new HashMap<>();
    if (from instanceof SqlJoin join
        && join.getConditionType() == JoinConditionType.USING
        && join.getCondition() instanceof SqlNodeList names) {
      Map<String, Column> left = columns(join.getLeft());
      Map<String, Column> right = columns(join.getRight());
      for (SqlNode node : names) {
        SqlIdentifier name = (SqlIdentifier) node;
        Column ofLeft = side(join.getLeft(), left, name);
        Column ofRight = side(join.getRight(), right, name);
        Column joined = joined(join.getJoinType(), ofLeft, ofRight);
        if (joined != null) {
          columns.put(lower(name), joined);
        }
      }
    }
    return columns;
  }

  private static @Nullable Column side(
      SqlNode side, Map<String, Column> known, SqlIdentifier name) {
    SqlNode table = side.getKind() == SqlKind.AS ? ((SqlCall) side).operand(1) : side;
    return table instanceof SqlIdentifier alias
        ? new Column(alias.names.get(alias.names.size() - 1), null)
        : known.get(lower(name));
  }

  private static @Nullable Column joined(
      JoinType type, @Nullable Column left, @Nullable Column right) {
    if (left == null || right == null) {
      return null;
    }
    return switch (type) {
      case RIGHT -> right;
      case FULL ->
          left.other == null && right.other == null ? new Column(left.table, right.table) : null;
      default -> left;
    };
  }

  private static String lower(SqlIdentifier name) {
    return name.getSimple().toLowerCase(Locale.ROOT);
  }
}
