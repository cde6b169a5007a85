package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.series.LabelMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the tree. What {@link Parser} returns is checked for types. */
public sealed interface Expr {

  PositionRange position();

  ValueType type();

  /**
   * A number.
   *
   * @param duration whether it was written as a duration; then {@code value} is in seconds
   */
  record NumberLiteral(double value, boolean duration, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  /** A string. */
  record StringLiteral(String value, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /** An expression in parentheses. */
  record ParenExpr(Expr expr, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
      return expr.type();
    }
  }

  /** A sign before an expression that is not a number. */
  record UnaryExpr(boolean negative, Expr expr, PositionRange position) implements Expr {
    @Override
    public ValueType type() {
      return expr.type();
    }
  }

  /**
   * An operator between two expressions.
   *
   * @param returnBool whether a comparison returns 0 or 1 instead of filtering
   * @param matching null unless both sides are vectors
   */
  record BinaryExpr(
      BinaryOperator operator,
      Expr left,
      Expr right,
      boolean returnBool,
      @Nullable VectorMatching matching)
      implements Expr {
    @Override
    public PositionRange position() {
      return left.position().to(right.position());
    }

    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.VECTOR;
    }
  }

  /**
   * An aggregation.
   *
   * @param param k, the quantile or the label's name; null if the operator takes none
   * @param without whether {@code grouping} are the labels to drop, not those to keep
   */
  record AggregateExpr(
      AggregateOperator operator,
      Expr expr,
      @Nullable Expr param,
      boolean without,
      List<String> grouping,
      PositionRange position)
      implements Expr {
    public AggregateExpr {
      grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /** A function call. */
  record Call(PromqlFunction function, List<Expr> args, PositionRange position) implements Expr {
    public Call {
      args = List.copyOf(args);
    }

    @Override
    public ValueType type() {
      return function.returnType();
    }
  }

  /**
   * An instant vector selector.
   *
   * @param name the metric's name if it stands before the braces; else empty
   * @param matchers all of them, that of the name among them
   * @param offsetMillis how much earlier to look; may be negative
   */
  record VectorSelector(
      String name,
      List<LabelMatcher> matchers,
      long offsetMillis,
      @Nullable AtModifier at,
      PositionRange position)
      implements Expr {
    public VectorSelector {
      matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /** A range vector selector; its offset and {@code @} are those of {@code selector}. */
  record MatrixSelector(VectorSelector selector, long rangeMillis, PositionRange position)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.MATRIX;
    }
  }

  /**
   * A sub-query.
   *
   * @param stepMillis 0 for the default step
   */
  record SubqueryExpr(
      Expr expr,
      long rangeMillis,
      long stepMillis,
      long offsetMillis,
      @Nullable AtModifier at,
      PositionRange position)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.MATRIX;
    }
  }

  /** Without parentheses around all of it. */
  default Expr unwrapped() {
    Expr inner = this;
    while (inner instanceof ParenExpr paren) {
      inner = paren.expr();
    }
    return inner;
  }
}
