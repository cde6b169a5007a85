package dev.annulus.promql.eval;

import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Expr.MatrixSelector;
import dev.annulus.promql.parser.Expr.VectorSelector;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The labels that what a selector looks for would have: those that it asks for by equality. */
final class AbsentLabels {
  private AbsentLabels() {}

  static Labels of(Expr expr) {
    if (expr instanceof MatrixSelector matrix) {
      return of(matrix.selector());
    }
    if (!(expr instanceof VectorSelector selector)) {
      return Labels.EMPTY;
    }
    Map<String, String> labels = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (LabelMatcher matcher : selector.matchers()) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        continue;
      }
      // A label that is asked for twice is left out, as in Prometheus.
      if (matcher.type() == LabelMatcher.Type.EQUAL && seen.add(matcher.name())) {
        labels.put(matcher.name(), matcher.value());
      } else {
        labels.remove(matcher.name());
      }
    }
    return Labels.of(labels);
  }
}
