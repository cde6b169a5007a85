package dev.annulus.promql.eval;

import dev.annulus.promql.parser.VectorMatching;
import dev.annulus.promql.series.Labels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers the label sets by which two vectors are matched. */
final class Signatures {
  private final VectorMatching matching;
  private final Set<String> names;
  private final Map<Labels, Integer> ordinals = new HashMap<>();

  Signatures(VectorMatching matching) {
    this.matching = matching;
    this.names = new HashSet<>(matching.labels());
  }

  /** For each series the number of its signature, from 0. */
  int[] of(QueryContext context, List<StepSeries> series) {
    int[] result = new int[series.size()];
    context.hold(4L * result.length);
    for (int i = 0; i < result.length; i++) {
      context.work(8);
      result[i] = ordinals.computeIfAbsent(of(series.get(i).labels), labels -> ordinals.size());
    }
    return result;
  }

  /** The labels that have to be equal. */
  Labels of(Labels labels) {
    return matching.on() ? labels.keep(names) : labels.withoutNameAnd(names);
  }

  int count() {
    return ordinals.size();
  }
}
