package dev.annulus.promql.upstream;

import dev.annulus.promql.eval.QueryResult;
import dev.annulus.promql.eval.QueryValue;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.promql.eval.QueryValue.ScalarValue;
import dev.annulus.promql.eval.QueryValue.StringValue;
import dev.annulus.promql.eval.QueryValue.VectorSample;
import dev.annulus.promql.eval.QueryValue.VectorValue;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.upstream.ScriptCommand.Eval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Compares an evaluation with what a script expects; answers null if all is well. */
final class ResultComparison {
  private static final double RELATIVE = 1e-6;

  private ResultComparison() {}

  static String compare(Eval eval, QueryResult result) {
    String problem = annotations(eval, result);
    return problem != null ? problem : value(eval, result.value());
  }

  private static String annotations(Eval eval, QueryResult result) {
    if (eval.anyWarning && result.warnings().isEmpty()) {
      return "no warning";
    }
    if (eval.anyInfo && result.infos().isEmpty()) {
      return "no info";
    }
    if (eval.noWarnings && !result.warnings().isEmpty()) {
      return "unexpected " + result.warnings();
    }
    if (eval.noInfos && !result.infos().isEmpty()) {
      return "unexpected " + result.infos();
    }
    String problem = all(eval.warnings, result.warnings());
    return problem != null ? problem : all(eval.infos, result.infos());
  }

  private static String all(List<Predicate<String>> expected, List<String> actual) {
    if (expected.isEmpty()) {
      return null;
    }
    for (Predicate<String> one : expected) {
      if (actual.stream().noneMatch(one)) {
        return "a warning or info is missing among " + actual;
      }
    }
    for (String text : actual) {
      if (expected.stream().noneMatch(one -> one.test(text))) {
        return "unexpected " + text;
      }
    }
    return null;
  }

  private static String value(Eval eval, QueryValue value) {
    if (value instanceof ScalarValue scalar) {
      return eval.scalar != null && same(eval.scalar, scalar.value())
          ? null
          : "scalar " + scalar.value() + " instead of " + eval.scalar;
    } else if (value instanceof StringValue string) {
      return string.value().equals(eval.string) ? null : "string " + string.value();
    } else if (eval.scalar != null) {
      return "no scalar but " + value.type();
    } else if (value instanceof VectorValue vector) {
      return vector(eval, vector);
    }
    return matrix(eval, (MatrixValue) value);
  }

  private static String vector(Eval eval, VectorValue vector) {
    Map<Labels, Double> actual = new HashMap<>();
    List<Labels> order = new ArrayList<>();
    for (VectorSample sample : vector.samples()) {
      actual.put(sample.labels(), sample.value());
      order.add(sample.labels());
    }
    if (!actual.keySet().equals(eval.expected.keySet())) {
      return "series " + order + " instead of " + eval.expected.keySet();
    }
    if (eval.ordered && !order.equals(new ArrayList<>(eval.expected.keySet()))) {
      return "order " + order;
    }
    for (Map.Entry<Labels, SeriesLine> expected : eval.expected.entrySet()) {
      double wanted = expected.getValue().values().get(0);
      double value = actual.get(expected.getKey());
      if (!same(wanted, value)) {
        return expected.getKey() + " is " + value + " instead of " + wanted;
      }
    }
    return null;
  }

  private static String matrix(Eval eval, MatrixValue matrix) {
    Map<Labels, Map<Long, Double>> actual = new HashMap<>();
    Labels before = null;
    for (MatrixSeries series : matrix.series()) {
      if (before != null && before.compareTo(series.labels()) >= 0) {
        return "series are not ordered: " + before + ", " + series.labels();
      }
      before = series.labels();
      actual.put(series.labels(), points(series));
    }
    if (!actual.keySet().equals(eval.expected.keySet())) {
      return "series " + actual + " instead of " + eval.expected.keySet();
    }
    for (Map.Entry<Labels, SeriesLine> expected : eval.expected.entrySet()) {
      Map<Long, Double> wanted = new TreeMap<>();
      List<Double> values = expected.getValue().values();
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i) != null) {
          wanted.put(eval.start + i * eval.step, values.get(i));
        }
      }
      Map<Long, Double> points = actual.get(expected.getKey());
      boolean equal =
          points.keySet().equals(wanted.keySet())
              && points.keySet().stream().allMatch(t -> same(points.get(t), wanted.get(t)));
      if (!equal) {
        return expected.getKey() + " is " + points + " instead of " + wanted;
      }
    }
    return null;
  }

  private static Map<Long, Double> points(MatrixSeries series) {
    Map<Long, Double> points = new TreeMap<>();
    series.forEach(points::put);
    return points;
  }

  /** An instant evaluation's expectation at one step of a range query. */
  static String compareAt(Eval eval, QueryResult result, long time) {
    Map<Labels, Double> actual = new HashMap<>();
    for (MatrixSeries series : ((MatrixValue) result.value()).series()) {
      Double value = points(series).get(time);
      if (value != null) {
        actual.put(series.labels(), value);
      }
    }
    Map<Labels, Double> expected = new HashMap<>();
    eval.expected.forEach((labels, line) -> expected.put(labels, line.values().get(0)));
    if (eval.scalar != null) {
      expected.put(Labels.EMPTY, eval.scalar);
    }
    boolean equal =
        actual.keySet().equals(expected.keySet())
            && actual.keySet().stream().allMatch(l -> same(actual.get(l), expected.get(l)));
    return equal ? null : actual + " instead of " + expected;
  }

  private static boolean same(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    if (a == b) {
      return true;
    }
    double magnitude = Math.min(Math.abs(a) + Math.abs(b), Double.MAX_VALUE);
    double difference = Math.abs(a - b);
    if (a == 0 || b == 0 || magnitude < Double.MIN_NORMAL) {
      return difference < RELATIVE * Double.MIN_NORMAL;
    }
    return difference / magnitude < RELATIVE;
  }
}
