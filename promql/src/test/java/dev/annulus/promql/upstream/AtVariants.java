package dev.annulus.promql.upstream;

import dev.annulus.promql.parser.AtModifier;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.parser.Formatter;
import dev.annulus.promql.parser.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The same query with {@code @} its time, evaluated at other times: the answer is the same. */
final class AtVariants {
  private static final Set<String> OF_TIME =
      Set.of(
          "days_in_month",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "hour",
          "minute",
          "month",
          "year",
          "predict_linear",
          "time",
          "timestamp");

  private final AtModifier at;
  private boolean ofTime;

  private AtVariants(long time) {
    this.at = new AtModifier.Timestamp(time);
  }

  record Variant(String query, long time) {}

  static List<Variant> of(String query, long time) {
    AtVariants variants = new AtVariants(time);
    String fixed = Formatter.format(variants.fix(Parser.parse(query)));
    if (variants.ofTime) {
      return List.of();
    }
    List<Variant> result = new ArrayList<>();
    for (long other :
        time == 0
            ? new long[] {-1000, 0, 1000}
            : new long[] {-10 * time, 0, time / 5, time, 10 * time}) {
      result.add(new Variant(fixed, other));
    }
    return result;
  }

  private VectorSelector fix(VectorSelector selector) {
    return new VectorSelector(
        selector.name(),
        selector.matchers(),
        selector.offsetMillis(),
        selector.at() == null ? at : selector.at(),
        selector.position());
  }

  private Expr fix(Expr expr) {
    if (expr instanceof VectorSelector selector) {
      return fix(selector);
    } else if (expr instanceof MatrixSelector matrix) {
      return new MatrixSelector(fix(matrix.selector()), matrix.rangeMillis(), matrix.position());
    } else if (expr instanceof SubqueryExpr subquery) {
      // Selectors within keep their times: the sub-query's own are fixed now.
      return new SubqueryExpr(
          subquery.expr(),
          subquery.rangeMillis(),
          subquery.stepMillis(),
          subquery.offsetMillis(),
          subquery.at() == null ? at : subquery.at(),
          subquery.position());
    } else if (expr instanceof ParenExpr paren) {
      return new ParenExpr(fix(paren.expr()), paren.position());
    } else if (expr instanceof UnaryExpr unary) {
      return new UnaryExpr(unary.negative(), fix(unary.expr()), unary.position());
    } else if (expr instanceof BinaryExpr binary) {
      return new BinaryExpr(
          binary.operator(),
          fix(binary.left()),
          fix(binary.right()),
          binary.returnBool(),
          binary.matching());
    } else if (expr instanceof AggregateExpr aggregate) {
      return new AggregateExpr(
          aggregate.operator(),
          fix(aggregate.expr()),
          aggregate.param() == null ? null : fix(aggregate.param()),
          aggregate.without(),
          aggregate.grouping(),
          aggregate.position());
    } else if (expr instanceof Call call) {
      ofTime |= OF_TIME.contains(call.function().functionName());
      return new Call(
          call.function(), call.args().stream().map(this::fix).toList(), call.position());
    }
    return expr;
  }
}
