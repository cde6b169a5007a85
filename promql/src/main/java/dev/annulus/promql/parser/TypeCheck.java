package dev.annulus.promql.parser;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;

/** Refuses trees whose parts do not fit together. */
final class TypeCheck {
  private final String query;

  private TypeCheck(String query) {
    this.query = query;
  }

  static void check(String query, Expr expr) {
    new TypeCheck(query).check(expr);
  }

  private void check(Expr expr) {
    if (expr instanceof AggregateExpr aggregate) {
      aggregate(aggregate);
    } else if (expr instanceof BinaryExpr binary) {
      binary(binary);
    } else if (expr instanceof Call call) {
      call(call);
    } else if (expr instanceof ParenExpr paren) {
      check(paren.expr());
    } else if (expr instanceof UnaryExpr unary) {
      check(unary.expr());
      if (!isScalarOrVector(unary.expr())) {
        throw error(
            unary,
            "unary expression only allowed on expressions of type scalar or instant vector, got \""
                + unary.expr().type().description()
                + "\"");
      }
    } else if (expr instanceof SubqueryExpr subquery) {
      check(subquery.expr());
      if (subquery.expr().type() != ValueType.VECTOR) {
        throw error(
            subquery,
            "subquery is only allowed on instant vector, got "
                + subquery.expr().type().resultType()
                + " instead");
      }
    }
  }

  private void aggregate(AggregateExpr aggregate) {
    expect(aggregate.expr(), ValueType.VECTOR, "aggregation expression");
    ValueType wanted = aggregate.operator().parameter();
    if (wanted != null && aggregate.param() != null) {
      expect(aggregate.param(), wanted, "aggregation parameter");
    }
  }

  private void call(Call call) {
    String name = call.function().functionName();
    int given = call.args().size();
    int min = call.function().minArgs();
    int max = call.function().maxArgs();
    if (given < min || given > max) {
      String wanted = min == max ? "" : given < min ? "at least " : "at most ";
      throw error(
          call,
          "expected "
              + wanted
              + (given < min ? min : max)
              + " argument(s) in call to \""
              + name
              + "\", got "
              + given);
    }
    for (int i = 0; i < given; i++) {
      expect(call.args().get(i), call.function().argType(i), "call to function \"" + name + "\"");
    }
  }

  private void binary(BinaryExpr binary) {
    BinaryOperator operator = binary.operator();
    Expr left = binary.left();
    Expr right = binary.right();
    VectorMatching matching = binary.matching();
    check(left);
    check(right);
    if (binary.returnBool() && !operator.isComparison()) {
      throw error(binary, "bool modifier can only be used on comparison operators");
    }
    boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
    if (operator.isComparison() && !binary.returnBool() && scalars) {
      throw error(binary, "comparisons between scalars must use BOOL modifier");
    }
    if (!isScalarOrVector(left)) {
      throw error(left, "binary expression must contain only scalar and instant vector types");
    }
    if (!isScalarOrVector(right)) {
      throw error(right, "binary expression must contain only scalar and instant vector types");
    }
    boolean vectors = left.type() == ValueType.VECTOR && right.type() == ValueType.VECTOR;
    if (operator.isSetOperator() && !vectors) {
      throw error(
          binary,
          "set operator \"" + operator.symbol() + "\" not allowed in binary scalar expression");
    }
    if (matching != null) {
      matching(binary, matching, vectors);
    }
  }

  private void matching(BinaryExpr binary, VectorMatching matching, boolean vectors) {
    if (!vectors && !matching.labels().isEmpty()) {
      throw error(binary, "vector matching only allowed between instant vectors");
    }
    if (binary.operator().isSetOperator() && matching.isGrouping()) {
      throw error(
          binary, "no grouping allowed for \"" + binary.operator().symbol() + "\" operation");
    }
    for (String label : matching.include()) {
      if (matching.on() && matching.labels().contains(label)) {
        throw error(
            binary, "label \"" + label + "\" must not occur in ON and GROUP clause at once");
      }
    }
  }

  private void expect(Expr expr, ValueType wanted, String context) {
    check(expr);
    if (expr.type() != wanted) {
      throw error(
          expr,
          "expected type "
              + wanted.description()
              + " in "
              + context
              + ", got "
              + expr.type().description());
    }
  }

  private static boolean isScalarOrVector(Expr expr) {
    return expr.type() == ValueType.SCALAR || expr.type() == ValueType.VECTOR;
  }

  private PromqlException error(Expr at, String message) {
    return PromqlException.badData(query, at.position(), message);
  }
}
