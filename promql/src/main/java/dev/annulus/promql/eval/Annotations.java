package dev.annulus.promql.eval;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.parser.Expr;
import dev.annulus.promql.parser.Floats;
import dev.annulus.promql.series.Quoting;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Warnings and infos of an evaluation, in Prometheus' words, each once. */
final class Annotations {
  /** More would be about as many different metrics; nobody reads them. */
  private static final int MAX = 1000;

  private final Map<String, PositionRange> warnings = new LinkedHashMap<>();
  private final Map<String, PositionRange> infos = new LinkedHashMap<>();
  private final Map<String, Monotonicity> monotonicity = new LinkedHashMap<>();

  void invalidQuantile(double quantile, Expr at) {
    add(warnings, "quantile value should be between 0 and 1, got " + general(quantile), at);
  }

  void badBucketLabel(String value, String metric, Expr at) {
    add(
        warnings,
        "bucket label \"le\" is missing or has a malformed value of "
            + Quoting.quote(value)
            + forMetric(metric),
        at);
  }

  void sortInRangeQuery(Expr at) {
    add(
        warnings,
        "sort is ineffective for range queries since results are always ordered by labels",
        at);
  }

  void possibleNonCounter(String metric, Expr at) {
    add(
        infos,
        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
            + Quoting.quote(metric),
        at);
  }

  /** Cumulative buckets had to be changed so that they never decrease. */
  void forcedMonotonicity(String metric, Expr at, long time, ClassicHistogram.Fix fix) {
    String text =
        "input to histogram_quantile needed to be fixed for monotonicity (see"
            + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
            + forMetric(metric);
    Monotonicity known = monotonicity.get(text);
    if (known != null) {
      known.add(time, fix);
    } else if (monotonicity.size() < MAX) {
      Monotonicity first = new Monotonicity(at.position());
      first.add(time, fix);
      monotonicity.put(text, first);
    }
  }

  private static void add(Map<String, PositionRange> to, String text, Expr at) {
    if (to.size() < MAX) {
      to.putIfAbsent(text, at.position());
    }
  }

  private static String forMetric(String metric) {
    return metric.isEmpty() ? "" : " for metric name " + Quoting.quote(metric);
  }

  List<String> warnings(String query) {
    return texts("PromQL warning: ", warnings, query);
  }

  List<String> infos(String query) {
    List<String> texts = texts("PromQL info: ", infos, query);
    monotonicity.forEach(
        (text, details) -> texts.add("PromQL info: " + text + details.describe(query)));
    return texts;
  }

  private static List<String> texts(String prefix, Map<String, PositionRange> from, String query) {
    List<String> texts = new ArrayList<>();
    from.forEach(
        (text, position) -> texts.add(prefix + text + " (" + position.lineAndColumn(query) + ")"));
    return texts;
  }

  /** As C's and Go's {@code %g}: with an exponent from a million on. */
  private static String general(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    BigDecimal decimal = new BigDecimal(Floats.format(value)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (value == 0 || (exponent >= -4 && exponent < 6)) {
      return Floats.format(value);
    }
    String digits = decimal.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = value < 0 ? "-" : "";
    return String.format(
        Locale.ROOT, "%s%se%s%02d", sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** The fixes of all steps and histograms together. */
  private static final class Monotonicity {
    private final PositionRange position;
    private long from = Long.MAX_VALUE;
    private long to = Long.MIN_VALUE;
    private double lowest = Double.POSITIVE_INFINITY;
    private double highest = Double.NEGATIVE_INFINITY;
    private double largest;
    private int count;

    Monotonicity(PositionRange position) {
      this.position = position;
    }

    void add(long time, ClassicHistogram.Fix fix) {
      from = Math.min(from, time);
      to = Math.max(to, time);
      lowest = Math.min(lowest, fix.lowestBound());
      highest = Math.max(highest, fix.highestBound());
      largest = Math.max(largest, fix.largestDecrease());
      count++;
    }

    String describe(String query) {
      return String.format(
          Locale.ROOT,
          ", from buckets %s to %s, with a max diff of %.2g, over %d samples from %s to %s (%s)",
          general(lowest),
          general(highest),
          largest,
          count,
          second(from),
          second(to),
          position.lineAndColumn(query));
    }

    private static String second(long millis) {
      return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }
}
