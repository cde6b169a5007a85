package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * How large a query becomes once every common table expression stands where it is named and every
 * star is written out. Both can double with each line of a small text.
 *
 * @param nodes of the tree
 * @param columns of the result, at most
 */
record QuerySize(long nodes, long columns) {
  private static final int MOST_NODES = 50_000;
  private static final int MOST_COLUMNS = 2_000;
  private static final QuerySize TABLE = new QuerySize(1, 8);

  /**
   * Refuses a query that becomes too large.
   *
   * @throws SqlException with the code {@code too_complex}
   */
  static void check(SqlNode query) {
    of(query, Map.of());
  }

  private static QuerySize of(@Nullable SqlNode node, Map<String, QuerySize> named) {
    if (node instanceof SqlWith with) {
      return with(with, named);
    }
    if (node instanceof SqlSelect select) {
      return select(select, named);
    }
    if (node instanceof SqlNodeList list) {
      return sum(list.getList(), named, false);
    }
    if (!(node instanceof SqlCall call)) {
      return new QuerySize(1, 1);
    }
    boolean query = call.isA(SqlKind.SET_QUERY) || call.getKind() == SqlKind.ORDER_BY;
    return sum(call.getOperandList(), named, query);
  }

  private static QuerySize with(SqlWith with, Map<String, QuerySize> named) {
    Map<String, QuerySize> inner = new HashMap<>(named);
    long nodes = 0;
    for (SqlNode item : with.withList) {
      SqlWithItem expression = (SqlWithItem) item;
      QuerySize size = of(expression.query, inner);
      nodes += size.nodes();
      inner.put(expression.name.getSimple().toLowerCase(Locale.ROOT), size);
    }
    QuerySize body = of(with.body, inner);
    return checked(nodes + body.nodes(), body.columns());
  }

  private static QuerySize select(SqlSelect select, Map<String, QuerySize> named) {
    QuerySize from = from(select.getFrom(), named);
    long columns = 0;
    long nodes = from.nodes();
    for (SqlNode item : select.getSelectList()) {
      columns += item instanceof SqlIdentifier name && name.isStar() ? from.columns() : 1;
    }
    for (SqlNode operand : select.getOperandList()) {
      nodes += operand == select.getFrom() ? 0 : of(operand, named).nodes();
    }
    return checked(nodes + columns, columns);
  }

  private static QuerySize from(@Nullable SqlNode from, Map<String, QuerySize> named) {
    if (from instanceof SqlIdentifier table) {
      QuerySize known =
          table.isSimple() ? named.get(table.getSimple().toLowerCase(Locale.ROOT)) : null;
      return known == null ? TABLE : known;
    }
    if (from instanceof SqlJoin join) {
      QuerySize left = from(join.getLeft(), named);
      QuerySize right = from(join.getRight(), named);
      long condition = of(join.getCondition(), named).nodes();
      return checked(left.nodes() + right.nodes() + condition, left.columns() + right.columns());
    }
    if (from instanceof SqlCall call
        && (call.getKind() == SqlKind.AS || call.getKind() == SqlKind.LATERAL)) {
      return from(call.operand(0), named);
    }
    return of(from, named);
  }

  /** All parts together; its columns are those of the first part if the parts are queries. */
  private static QuerySize sum(
      List<? extends @Nullable SqlNode> parts, Map<String, QuerySize> named, boolean queries) {
    long nodes = 1;
    long columns = 1;
    for (int i = 0; i < parts.size(); i++) {
      SqlNode part = parts.get(i);
      if (part != null) {
        QuerySize size = of(part, named);
        nodes += size.nodes();
        columns = queries && i == 0 ? size.columns() : columns;
      }
    }
    return checked(nodes, columns);
  }

  private static QuerySize checked(long nodes, long columns) {
    if (nodes > MOST_NODES || columns > MOST_COLUMNS) {
      throw new SqlException(
          SqlErrorCode.TOO_COMPLEX,
          nodes > MOST_NODES
              ? "the query has more than %d parts once its WITH queries are put in"
                  .formatted(MOST_NODES)
              : "the query has more than %d columns".formatted(MOST_COLUMNS));
    }
    return new QuerySize(nodes, columns);
  }
}
