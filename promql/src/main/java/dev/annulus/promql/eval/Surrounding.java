package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr.AggregateExpr;
import java.util.List;

/**
 * What stands around an expression; becomes a selector's hints.
 *
 * @param function the nearest function or aggregation around it; empty if there is none
 * @param by whether {@code grouping} are kept, not dropped, by the aggregation right around it
 */
record Surrounding(String function, boolean by, List<String> grouping) {
  static final Surrounding NONE = new Surrounding("", false, List.of());

  static Surrounding function(String name) {
    return new Surrounding(name, false, List.of());
  }

  static Surrounding aggregation(AggregateExpr aggregate) {
    return new Surrounding(
        aggregate.operator().symbol(), !aggregate.without(), aggregate.grouping());
  }

  /** Within parentheses or a sign: the function still says what becomes of the samples. */
  Surrounding nested() {
    return function(function);
  }
}
