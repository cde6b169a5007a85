package dev.annulus.promql.parser;

import dev.annulus.promql.parser.Expr.AggregateExpr;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.Expr.Call;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.NumberLiteral;
import dev.annulus.promql.parser.Expr.ParenExpr;
import dev.annulus.promql.parser.Expr.StringLiteral;
import dev.annulus.promql.parser.Expr.SubqueryExpr;
import dev.annulus.promql.parser.Expr.UnaryExpr;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.Quoting;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a tree as a query again, on one line as Prometheus' {@code String()}. */
public final class Formatter {
  private Formatter() {}

  /** On one line; parsing it gives an equal tree except for positions. */
  public static String format(Expr expr) {
    if (expr instanceof NumberLiteral number) {
      return number(number);
    } else if (expr instanceof StringLiteral string) {
      return Quoting.quote(string.value());
    } else if (expr instanceof ParenExpr paren) {
      return "(" + format(paren.expr()) + ")";
    } else if (expr instanceof UnaryExpr unary) {
      return (unary.negative() ? "-" : "+") + format(unary.expr());
    } else if (expr instanceof BinaryExpr binary) {
      return format(binary.left()) + " " + operator(binary) + " " + format(binary.right());
    } else if (expr instanceof AggregateExpr aggregate) {
      String param = aggregate.param() == null ? "" : format(aggregate.param()) + ", ";
      return aggregation(aggregate) + "(" + param + format(aggregate.expr()) + ")";
    } else if (expr instanceof Call call) {
      return call.args().stream()
          .map(Formatter::format)
          .collect(Collectors.joining(", ", call.function().functionName() + "(", ")"));
    } else if (expr instanceof VectorSelector selector) {
      return series(selector) + modifiers(selector.at(), selector.offsetMillis());
    } else if (expr instanceof MatrixSelector matrix) {
      VectorSelector selector = matrix.selector();
      return series(selector)
          + "["
          + Durations.format(matrix.rangeMillis())
          + "]"
          + modifiers(selector.at(), selector.offsetMillis());
    } else if (expr instanceof SubqueryExpr subquery) {
      return format(subquery.expr()) + suffix(subquery);
    }
    throw new IllegalArgumentException("unknown node " + expr.getClass());
  }

  /** Range, step and modifiers of a sub-query. */
  static String suffix(SubqueryExpr subquery) {
    String step = subquery.stepMillis() == 0 ? "" : Durations.format(subquery.stepMillis());
    return "["
        + Durations.format(subquery.rangeMillis())
        + ":"
        + step
        + "]"
        + modifiers(subquery.at(), subquery.offsetMillis());
  }

  /** Operator, {@code bool} and matching. */
  static String operator(BinaryExpr binary) {
    StringBuilder text = new StringBuilder(binary.operator().symbol());
    if (binary.returnBool()) {
      text.append(" bool");
    }
    VectorMatching matching = binary.matching();
    boolean vectors =
        binary.left().type() == ValueType.VECTOR && binary.right().type() == ValueType.VECTOR;
    if (matching == null || !vectors) {
      return text.toString();
    }
    if (!matching.labels().isEmpty() || matching.on() || matching.isGrouping()) {
      text.append(matching.on() ? " on (" : " ignoring (")
          .append(names(matching.labels()))
          .append(')');
    }
    if (matching.isGrouping()) {
      boolean left = matching.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE;
      text.append(left ? " group_left (" : " group_right (")
          .append(names(matching.include()))
          .append(')');
    }
    return text.toString();
  }

  /** Operator and grouping. */
  static String aggregation(AggregateExpr aggregate) {
    String grouping = "";
    if (aggregate.without()) {
      grouping = " without (" + names(aggregate.grouping()) + ") ";
    } else if (!aggregate.grouping().isEmpty()) {
      grouping = " by (" + names(aggregate.grouping()) + ") ";
    }
    return aggregate.operator().symbol() + grouping;
  }

  private static String names(List<String> labels) {
    return labels.stream()
        .map(name -> LabelMatcher.isIdentifier(name) ? name : Quoting.quote(name))
        .collect(Collectors.joining(", "));
  }

  private static String series(VectorSelector selector) {
    List<String> matchers =
        selector.matchers().stream()
            .filter(matcher -> !isName(matcher, selector.name()))
            .map(LabelMatcher::toString)
            .sorted()
            .toList();
    return selector.name() + (matchers.isEmpty() ? "" : "{" + String.join(",", matchers) + "}");
  }

  private static boolean isName(LabelMatcher matcher, String name) {
    return !name.isEmpty()
        && matcher.name().equals(Labels.METRIC_NAME)
        && matcher.type() == LabelMatcher.Type.EQUAL
        && matcher.value().equals(name);
  }

  private static String modifiers(@Nullable AtModifier at, long offsetMillis) {
    String text = "";
    if (at instanceof AtModifier.Timestamp timestamp) {
      text = String.format(Locale.ROOT, " @ %.3f", timestamp.millis() / 1000.0);
    } else if (at instanceof AtModifier.Bound bound) {
      text = " @ " + Words.lower(bound.name()) + "()";
    }
    return offsetMillis == 0 ? text : text + " offset " + Durations.format(offsetMillis);
  }

  private static String number(NumberLiteral number) {
    if (number.duration()) {
      return Durations.format(Math.round(number.value() * 1000));
    }
    return Floats.format(number.value());
  }
}
