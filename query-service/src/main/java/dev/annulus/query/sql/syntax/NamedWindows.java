package dev.annulus.query.sql.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWindow;
import org.jspecify.annotations.Nullable;

/** The windows that the {@code WINDOW} clauses around a place in a query name. */
final class NamedWindows {
  private static final int MOST_REFERENCES = 16;

  private final Deque<SqlSelect> selects = new ArrayDeque<>();

  void enter(SqlSelect select) {
    selects.push(select);
  }

  void leave() {
    selects.pop();
  }

  /** A window with partition, order and frame of its own, in the place of references. */
  SqlWindow resolve(SqlNode window) {
    return resolve(window, 0);
  }

  private SqlWindow resolve(SqlNode window, int references) {
    SqlIdentifier name =
        window instanceof SqlWindow own ? own.getRefName() : (SqlIdentifier) window;
    if (name == null) {
      SqlWindow copy = (SqlWindow) SeriesWindows.copy(window);
      copy.setOperand(0, null); // setDeclName() takes names only
      return copy;
    }
    SqlWindow found = find(name);
    if (found == null || references > MOST_REFERENCES) {
      throw SeriesWindows.failure(name, "there is no window " + name);
    }
    SqlWindow resolved = resolve(found, references + 1);
    if (window instanceof SqlWindow own) {
      if (!own.getOrderList().isEmpty()) {
        resolved.setOrderList(own.getOrderList());
      }
      if (own.getLowerBound() != null) {
        resolved.setLowerBound(own.getLowerBound());
      }
    }
    return resolved;
  }

  private @Nullable SqlWindow find(SqlIdentifier name) {
    SqlSelect select = selects.peek();
    if (select == null) {
      return null;
    }
    for (SqlNode declared : select.getWindowList()) {
      if (declared instanceof SqlWindow window
          && window.getDeclName() != null
          && window.getDeclName().getSimple().equalsIgnoreCase(name.getSimple())) {
        return window;
      }
    }
    return null;
  }
}
