package dev.annulus.promql.parser;

import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import java.util.stream.Collectors;

/**
 * Formats queries for reading, as Prometheus' {@code format_query}: what does not fit in a line of
 * 100 characters is split and indented.
 */
public final class PrettyPrinter {
  private static final int MAX_LINE = 100;

  private PrettyPrinter() {}

  public static String format(Expr expr) {
    return format(expr, 0);
  }

  private static String format(Expr expr, int level) {
    String indent = "  ".repeat(level);
    if (expr instanceof UnaryExpr unary) {
      String operand = format(unary.expr(), level).strip();
      return indent + (unary.negative() ? "-" : "+") + operand;
    }
    String line = Formatter.format(expr);
    if (expr instanceof SubqueryExpr subquery && line.length() > MAX_LINE) {
      return format(subquery.expr(), level) + Formatter.suffix(subquery);
    }
    if (line.length() <= MAX_LINE) {
      return indent + line;
    }
    if (expr instanceof AggregateExpr aggregate) {
      String param = aggregate.param() == null ? "" : format(aggregate.param(), level + 1) + ",\n";
      String body = param + format(aggregate.expr(), level + 1);
      return indent + Formatter.aggregation(aggregate) + "(\n" + body + "\n" + indent + ")";
    } else if (expr instanceof BinaryExpr binary) {
      String operator = indent + Formatter.operator(binary);
      return format(binary.left(), level + 1)
          + "\n"
          + operator
          + "\n"
          + format(binary.right(), level + 1);
    } else if (expr instanceof Call call) {
      String args =
          call.args().stream()
              .map(arg -> format(arg, level + 1))
              .collect(Collectors.joining(",\n"));
      return indent + call.function().functionName() + "(\n" + args + "\n" + indent + ")";
    } else if (expr instanceof ParenExpr paren) {
      return indent + "(\n" + format(paren.expr(), level + 1) + "\n" + indent + ")";
    }
    return indent + line;
  }
}
