package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
   * @param tables whose column it is: of the first, or where that is null, of the next
   */
  private record Column(List<String> tables) {
    SqlNode named(SqlIdentifier name) {
      SqlParserPos pos = name.getParserPosition();
      List<SqlNode> columns = new ArrayList<>();
      for (String table : tables) {
        columns.add(new SqlIdentifier(List.of(table, name.getSimple()), pos));
      }
      return columns.size() == 1
          ? columns.get(0)
          : SqlStdOperatorTable.COALESCE.createCall(pos, columns);
    }
  }

  /** Changes a query in place. */
  static void qualify(SqlSelect select) {
    CommonColumns common = new CommonColumns(columns(select.getFrom()));
    spellOut(select.getFrom(), select);
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
        ? new Column(List.of(alias.names.get(alias.names.size() - 1)))
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
          new Column(Stream.of(left, right).flatMap(side -> side.tables.stream()).toList());
      default -> left;
    };
  }

  /**
   * Replaces {@code USING} by {@code ON} where a side of a join is one that has the column of
   * another table than its first, or of several: Calcite compares that of the first.
   */
  private static void spellOut(@Nullable SqlNode from, SqlSelect select) {
    if (!(from instanceof SqlJoin join)) {
      return;
    }
    boolean isUsing = join.getConditionType() == JoinConditionType.USING;
    for (SqlNode side : List.of(join.getLeft(), join.getRight())) {
      if ((join.isNatural() && mergesOuter(side, true)) || (isUsing && mergesOuter(side, false))) {
        throw unsupported("write ON instead of NATURAL");
      }
    }
    if (isUsing
        && join.getCondition() instanceof SqlNodeList names
        && (isOther(join.getLeft(), names) || isOther(join.getRight(), names))) {
      join.setOperand(4, JoinConditionType.ON.symbol(join.getParserPosition()));
      join.setOperand(5, condition(join, names, select));
    }
    spellOut(join.getLeft(), select);
    spellOut(join.getRight(), select);
  }

  /** Whether a right or full join merges columns: NATURAL, and maybe USING. */
  private static boolean mergesOuter(SqlNode side, boolean byUsing) {
    if (!(side instanceof SqlJoin join)) {
      return false;
    }
    boolean merges =
        join.isNatural() || (byUsing && join.getConditionType() == JoinConditionType.USING);
    return (merges && (join.getJoinType() == JoinType.RIGHT || join.getJoinType() == JoinType.FULL))
        || mergesOuter(join.getLeft(), byUsing)
        || mergesOuter(join.getRight(), byUsing);
  }

  /** Whether a column of a join is not just that of its first table. */
  private static boolean isOther(SqlNode side, SqlNodeList names) {
    if (!(side instanceof SqlJoin join)) {
      return false;
    }
    SqlNode first = join;
    while (first instanceof SqlJoin nested) {
      first = nested.getLeft();
    }
    Map<String, Column> known = columns(join);
    for (SqlNode node : names) {
      SqlIdentifier name = (SqlIdentifier) node;
      Column column = known.get(lower(name));
      if (column != null && !column.equals(side(first, Map.of(), name))) {
        return true;
      }
    }
    return false;
  }

  private static SqlNode condition(SqlJoin join, SqlNodeList names, SqlSelect select) {
    SqlParserPos pos = join.getParserPosition();
    if (select.getSelectList().stream().anyMatch(CommonColumns::isStar)) {
      throw unsupported("list the columns instead of *");
    }
    Map<String, Column> left = columns(join.getLeft());
    Map<String, Column> right = columns(join.getRight());
    SqlNode all = null;
    for (SqlNode node : names) {
      SqlIdentifier name = (SqlIdentifier) node;
      Column ofLeft = side(join.getLeft(), left, name);
      Column ofRight = side(join.getRight(), right, name);
      if (ofLeft == null || ofRight == null) {
        throw unsupported("write ON instead of USING");
      }
      SqlNode equal =
          SqlStdOperatorTable.EQUALS.createCall(pos, ofLeft.named(name), ofRight.named(name));
      all = all == null ? equal : SqlStdOperatorTable.AND.createCall(pos, all, equal);
    }
    return Objects.requireNonNull(all);
  }

  private static boolean isStar(SqlNode item) {
    return item instanceof SqlIdentifier name && name.isStar();
  }

  private static SqlException unsupported(String instead) {
    return new SqlException(
        SqlErrorCode.UNSUPPORTED,
        "USING of a column that an outer join merges is not supported here; " + instead);
  }

  private static String lower(SqlIdentifier name) {
    return name.getSimple().toLowerCase(Locale.ROOT);
  }
}
