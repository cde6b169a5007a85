package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.BinaryOperator;
import dev.annulus.promql.parser.Expr.BinaryExpr;
import dev.annulus.promql.parser.VectorMatching;
import dev.annulus.promql.parser.VectorMatching.Cardinality;
import dev.annulus.promql.series.Labels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Arithmetic and comparisons between two instant vectors. Which series of the "one" side belongs to
 * a signature may change from step to step; {@code owners} has it for each step, so that series
 * that follow one another cost no more than one that lasts.
 */
final class VectorMatcher {
  private static final int NOBODY = -1;

  private final QueryContext context;
  private final Names names;
  private final BinaryOperator operator;
  private final VectorMatching matching;
  private final boolean returnBool;
  private final Signatures signatures;
  private final StepGrid grid;
  private final Set<String> matchingLabels;
  private final Map<ResultKey, Result> results = new LinkedHashMap<>();
  private final Map<LabelPair, Labels> resultLabels = new LinkedHashMap<>();

  VectorMatcher(
      QueryContext context, Names names, BinaryExpr expr, VectorMatching matching, StepGrid grid) {
    this.context = context;
    this.names = names;
    this.operator = expr.operator();
    this.matching = matching;
    this.returnBool = expr.returnBool();
    this.signatures = new Signatures(matching);
    this.grid = grid;
    this.matchingLabels = new HashSet<>(matching.labels());
  }

  private record ResultKey(int signature, Labels labels) {}

  private record LabelPair(Labels many, Labels one) {}

  /** A result; {@code matched} has the steps at which a pair was found, filtered or not. */
  private static final class Result {
    final BitSet matched = new BitSet();
    int from;
    double[] values = new double[0];
  }

  /** The index of the "one" side's series at each step from {@code from} on. */
  private static final class Owners {
    int from;
    int[] index = new int[0];

    int at(int step) {
      int i = step - from;
      return i >= 0 && i < index.length ? index[i] : NOBODY;
    }
  }

  List<StepSeries> apply(List<StepSeries> left, List<StepSeries> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return List.of();
    }
    boolean swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
    List<StepSeries> many = swapped ? right : left;
    List<StepSeries> one = swapped ? left : right;
    int[] manyOf = signatures.of(context, many);
    int[] oneOf = signatures.of(context, one);
    Owners[] owners = owners(one, oneOf, Presence.of(many, grid), swapped ? "left" : "right");
    BitSet[] taken = new BitSet[signatures.count()];
    for (int i = 0; i < manyOf.length; i++) {
      Owners owner = owners[manyOf[i]];
      if (owner != null) {
        match(many.get(i), manyOf[i], owner, one, swapped, taken);
      }
    }
    return collect();
  }

  /** By signature; null if the "one" side has none. */
  private Owners[] owners(List<StepSeries> one, int[] oneOf, BitSet needed, String side) {
    Owners[] owners = new Owners[signatures.count()];
    for (int s = 0; s < oneOf.length; s++) {
      StepSeries series = one.get(s);
      context.work(series.values.length);
      Owners owner = owners[oneOf[s]];
      if (owner == null) {
        owner = new Owners();
        owners[oneOf[s]] = owner;
      }
      cover(owner, series);
      for (int i = 0; i < series.values.length; i++) {
        int step = series.from + i;
        if (StepSeries.isAbsent(series.values[i])) {
          continue;
        }
        int other = owner.index[step - owner.from];
        if (other != NOBODY && needed.get(step)) {
          throw duplicate(series.labels, one.get(other).labels, side);
        }
        owner.index[step - owner.from] = s;
      }
    }
    return owners;
  }

  private void cover(Owners owners, StepSeries series) {
    boolean empty = owners.index.length == 0;
    int from = empty ? series.from : Math.min(owners.from, series.from);
    int to = Math.max(owners.from + owners.index.length, series.to());
    if (to - from == owners.index.length) {
      return;
    }
    context.hold(4L * (to - from));
    int[] grown = new int[to - from];
    Arrays.fill(grown, NOBODY);
    System.arraycopy(owners.index, 0, grown, empty ? 0 : owners.from - from, owners.index.length);
    owners.from = from;
    owners.index = grown;
  }

  private void cover(Result result, StepSeries series) {
    boolean empty = result.values.length == 0;
    int from = empty ? series.from : Math.min(result.from, series.from);
    int to = Math.max(result.from + result.values.length, series.to());
    if (to - from == result.values.length) {
      return;
    }
    context.hold(8L * (to - from));
    double[] grown = new double[to - from];
    Arrays.fill(grown, StepSeries.ABSENT);
    System.arraycopy(result.values, 0, grown, empty ? 0 : result.from - from, result.values.length);
    result.from = from;
    result.values = grown;
  }

  private PromqlException duplicate(Labels a, Labels b, String side) {
    String first = a.toString();
    String second = b.toString();
    boolean ordered = first.compareTo(second) <= 0;
    return PromqlException.execution(
        "found duplicate series for the match group "
            + matched(a)
            + " on the "
            + side
            + " hand-side of the operation: ["
            + (ordered ? first : second)
            + ", "
            + (ordered ? second : first)
            + "];many-to-many matching not allowed: matching labels must be unique on one side");
  }

  private Labels matched(Labels labels) {
    return matching.on() ? labels.keep(matchingLabels) : labels.withoutNameAnd(matchingLabels);
  }

  private void match(
      StepSeries series,
      int signature,
      Owners owners,
      List<StepSeries> one,
      boolean swapped,
      BitSet[] taken) {
    context.work(series.values.length);
    Result result = null;
    int lastOwner = NOBODY;
    for (int i = 0; i < series.values.length; i++) {
      int step = series.from + i;
      double value = series.values[i];
      int owner = owners.at(step);
      if (StepSeries.isAbsent(value) || owner == NOBODY) {
        continue;
      }
      StepSeries partner = one.get(owner);
      if (result == null || owner != lastOwner) {
        lastOwner = owner;
        result = result(signature, series.labels, partner.labels);
        cover(result, series);
      }
      claim(result, signature, step, taken);
      double other = partner.at(step);
      result.values[step - result.from] = swapped ? combine(other, value) : combine(value, other);
    }
  }

  private void claim(Result result, int signature, int step, BitSet[] taken) {
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      if (taken[signature] == null) {
        context.hold(grid.steps() / 8 + 64);
        taken[signature] = new BitSet(grid.steps());
      }
      if (taken[signature].get(step)) {
        throw PromqlException.execution(
            "multiple matches for labels: many-to-one matching must be explicit"
                + " (group_left/group_right)");
      }
      taken[signature].set(step);
    } else if (result.matched.get(step)) {
      throw PromqlException.execution(
          "multiple matches for labels: grouping labels must ensure unique matches");
    } else {
      result.matched.set(step);
    }
  }

  private double combine(double left, double right) {
    if (!operator.isComparison() || returnBool) {
      return operator.apply(left, right);
    }
    return operator.holds(left, right) ? left : StepSeries.ABSENT;
  }

  private Result result(int signature, Labels many, Labels one) {
    Labels labels =
        resultLabels.computeIfAbsent(new LabelPair(many, one), pair -> labels(pair.many, pair.one));
    ResultKey key = new ResultKey(signature, labels);
    Result known = results.get(key);
    if (known != null) {
      return known;
    }
    context.checkSeries(results.size() + 1);
    context.hold(grid.steps() / 8 + 192 + labels.bytes());
    Result made = new Result();
    results.put(key, made);
    return made;
  }

  private Labels labels(Labels many, Labels one) {
    Labels labels = many;
    if (names.changesMetric(operator)) {
      labels = labels.withoutMetadata();
    } else if (returnBool) {
      labels = names.droppedLabels(labels);
    }
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      labels = matching.on() ? labels.keep(matchingLabels) : labels.without(matchingLabels);
    }
    for (String name : matching.include()) {
      labels = labels.with(name, one.get(name));
    }
    return labels;
  }

  private List<StepSeries> collect() {
    QueryContext.SeriesList list = context.list();
    results.forEach(
        (key, result) ->
            list.add(StepBuffer.trimmed(key.labels, returnBool, result.from, result.values)));
    return names.unique(list.series(), grid);
  }
}
