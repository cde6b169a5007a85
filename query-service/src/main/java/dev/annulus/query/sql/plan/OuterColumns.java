package dev.annulus.query.sql.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/**
 * Columns of an outer query in a query that groups: {@code (SELECT count(*) + m.step FROM …)}. They
 * are constants there, but the validator asks them to be grouped; it does not ask that of {@code
 * (SELECT m.step)}, which is what they become. A column counts as one of an outer query if it is
 * written with a table that the query itself does not read.
 */
final class OuterColumns extends SqlShuttle {
  private final Set<String> own = new HashSet<>();
  private final List<SqlNode> keys;

  private OuterColumns(SqlSelect select) {
    addTables(select.getFrom());
    SqlNodeList group = select.getGroup();
    keys = group == null ? List.of() : group.getList();
  }

  /** Changes a query that groups in place. */
  static void wrap(SqlSelect select) {
    OuterColumns columns = new OuterColumns(select);
    SqlNodeList items = select.getSelectList();
    items.replaceAll(item -> item.accept(columns));
    SqlNode having = select.getHaving();
    if (having != null) {
      select.setHaving(having.accept(columns));
    }
  }

  private void addTables(@Nullable SqlNode from) {
    if (from instanceof SqlJoin join) {
      addTables(join.getLeft());
      addTables(join.getRight());
    } else if (from instanceof SqlCall call && call.getKind() == SqlKind.AS) {
      add(call.operand(1));
    } else if (from instanceof SqlCall call && call.getKind() == SqlKind.TABLE_REF) {
      add(call.operand(0));
    } else if (from instanceof SqlIdentifier) {
      add(from);
    }
  }

  private void add(SqlNode table) {
    if (table instanceof SqlIdentifier name) {
      own.add(name.names.get(name.names.size() - 1).toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public SqlNode visit(SqlIdentifier name) {
    if (name.names.size() != 2
        || name.isStar()
        || own.contains(name.names.get(0).toLowerCase(Locale.ROOT))
        || isKey(name)) {
      return name;
    }
    SqlParserPos pos = name.getParserPosition();
    SqlSelect select =
        new SqlSelect(
            pos,
            null,
            new SqlNodeList(List.of(name), pos),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return SqlStdOperatorTable.SCALAR_QUERY.createCall(pos, select);
  }

  @Override
  public @Nullable SqlNode visit(SqlCall call) {
    if (call.getKind() == SqlKind.AS) {
      call.setOperand(0, call.operand(0).accept(this));
      return call;
    }
    boolean whole =
        call.isA(SqlKind.QUERY)
            || call.getKind() == SqlKind.WITHIN_GROUP
            || call.getKind() == SqlKind.FILTER
            || call.getOperator().isAggregator()
            || isKey(call);
    return whole ? call : super.visit(call);
  }

  private boolean isKey(SqlNode node) {
    return keys.stream().anyMatch(key -> key.equalsDeep(node, Litmus.IGNORE));
  }
}
