package dev.annulus.promql.eval;

import dev.annulus.promql.parser.BinaryOperator;
import dev.annulus.promql.parser.VectorMatching;
import java.util.BitSet;
import java.util.List;

/** {@code and}, {@code or} and {@code unless}. */
final class SetOperations {
  private final QueryContext context;
  private final Names names;

  SetOperations(QueryContext context, Names names) {
    this.context = context;
    this.names = names;
  }

  List<StepSeries> apply(
      BinaryOperator operator,
      VectorMatching matching,
      List<StepSeries> left,
      List<StepSeries> right,
      StepGrid grid) {
    Signatures signatures = new Signatures(matching);
    int[] leftOf = signatures.of(context, left);
    int[] rightOf = signatures.of(context, right);
    QueryContext.SeriesList result = context.list();
    StepBuffer buffer = context.buffer(grid);
    switch (operator) {
      case AND, UNLESS -> {
        BitSet[] there = presence(right, rightOf, signatures.count(), grid);
        filter(left, leftOf, there, operator == BinaryOperator.AND, buffer, result);
      }
      case OR -> {
        BitSet[] there = presence(left, leftOf, signatures.count(), grid);
        for (StepSeries series : left) {
          result.add(series);
        }
        filter(right, rightOf, there, false, buffer, result);
      }
      default -> throw new IllegalArgumentException(operator + " is not a set operator");
    }
    return names.unique(result.series(), grid);
  }

  /**
   * For each signature, the steps at which one of its series has a value; null if there is none.
   */
  private BitSet[] presence(List<StepSeries> series, int[] ordinals, int count, StepGrid grid) {
    BitSet[] present = new BitSet[count];
    for (int i = 0; i < ordinals.length; i++) {
      if (present[ordinals[i]] == null) {
        context.hold(grid.steps() / 8 + 64);
        present[ordinals[i]] = new BitSet(grid.steps());
      }
      Presence.add(present[ordinals[i]], series.get(i));
      context.work(series.get(i).values.length);
    }
    return present;
  }

  private static void filter(
      List<StepSeries> series,
      int[] ordinals,
      BitSet[] there,
      boolean wanted,
      StepBuffer buffer,
      QueryContext.SeriesList result) {
    for (int s = 0; s < ordinals.length; s++) {
      StepSeries one = series.get(s);
      BitSet present = there[ordinals[s]];
      if (present == null) {
        if (!wanted) {
          result.add(one);
        }
        continue;
      }
      for (int i = 0; i < one.values.length; i++) {
        if (present.get(one.from + i) == wanted) {
          buffer.set(one.from + i, one.values[i]);
        }
      }
      result.add(buffer.take(one.labels, one.dropName));
    }
  }
}
