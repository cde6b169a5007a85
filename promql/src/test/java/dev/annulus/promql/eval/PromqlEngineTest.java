package dev.annulus.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.eval.QueryValue.MatrixSeries;
import dev.annulus.promql.eval.QueryValue.MatrixValue;
import dev.annulus.promql.eval.QueryValue.ScalarValue;
import dev.annulus.promql.eval.QueryValue.StringValue;
import dev.annulus.promql.eval.QueryValue.VectorSample;
import dev.annulus.promql.eval.QueryValue.VectorValue;
import dev.annulus.promql.parser.Floats;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.MemorySource;
import dev.annulus.promql.series.Selection;
import dev.annulus.promql.series.Staleness;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PromqlEngineTest {
  private static final long MINUTE = 60_000;

  private final MemorySource source = new MemorySource();
  private final PromqlEngine engine =
      new PromqlEngine(EvaluationOptions.DEFAULT, QueryLimits.DEFAULT);

  @Test
  void looksBackFiveMinutesAndNotAMillisecondMore() {
    source.add(Labels.of("__name__", "up"), 1000, 7.0);

    assertThat(vector("up", 300_999)).containsExactly("{__name__=\"up\"} 7");
    assertThat(vector("up", 301_000)).isEmpty();
    assertThat(vector("up", 999)).isEmpty();
    assertThat(vector("up offset -1s", 0)).containsExactly("{__name__=\"up\"} 7");
  }

  @Test
  void aStalenessMarkerEndsASeriesAndIsNoSample() {
    Labels up = Labels.of("__name__", "up");
    source.add(up, 10_000, 1, 2, Staleness.MARKER, 4);

    assertThat(vector("up", 19_999)).containsExactly("{__name__=\"up\"} 2");
    assertThat(vector("up", 20_000)).isEmpty();
    assertThat(vector("up", 30_000)).containsExactly("{__name__=\"up\"} 4");
    assertThat(vector("count_over_time(up[1m])", 30_000)).containsExactly("{} 3");
    assertThat(matrix("up[1m]", 30_000))
        .hasSize(1)
        .allSatisfy(points -> assertThat(points).hasSize(3));
  }

  @Test
  void rangesAreOpenAtTheirLeftEnd() {
    source.add(Labels.of("__name__", "a"), MINUTE, 0, 1, 2, 3, 4, 5);

    assertThat(vector("count_over_time(a[2m])", 4 * MINUTE)).containsExactly("{} 2");
    assertThat(vector("sum_over_time(a[3m] offset 1m)", 5 * MINUTE)).containsExactly("{} 9");
    assertThat(vector("count_over_time(vector(1)[10m:1m])", 60 * MINUTE)).containsExactly("{} 10");
  }

  @Test
  void subQueriesRunAtMultiplesOfTheirStep() {
    assertThat(matrix("vector(time())[3m:1m]", 5 * MINUTE + 10_000))
        .containsExactly(Map.of(180_000L, 180.0, 240_000L, 240.0, 300_000L, 300.0));
    assertThat(matrix("vector(time())[1m:20s]", -10_000))
        .containsExactly(Map.of(-60_000L, -60.0, -40_000L, -40.0, -20_000L, -20.0));
  }

  @Test
  void prometheus2HasRangesThatAreClosed() {
    EvaluationOptions options =
        new EvaluationOptions(300_000, range -> MINUTE, false, PrometheusVersion.V2);
    PromqlEngine two = new PromqlEngine(options, QueryLimits.DEFAULT);
    source.add(Labels.of("__name__", "a"), MINUTE, 0, 1, 2, 3, 4, 5);

    for (String query :
        List.of("count_over_time(a[2m])", "count_over_time(a[2m:1m])", "count(a offset -6m)")) {
      try (QueryResult result = two.instant(query, 4 * MINUTE, QueryEnvironment.of(source))) {
        double count = ((VectorValue) result.value()).samples().get(0).value();
        assertThat(count).as(query).isEqualTo(query.startsWith("count(") ? 1 : 3);
      }
    }
    for (String refused : List.of("a offset 5", "count_values(\"1a\", a)")) {
      assertThat(
              catchThrowableOfType(
                  PromqlException.class,
                  () -> two.instant(refused, MINUTE, QueryEnvironment.of(source)).close()))
          .as(refused)
          .isNotNull();
    }
  }

  @Test
  void namesGoAtOnceAndEqualSeriesAreRefused() {
    source.add(Labels.of("__name__", "a", "x", "1"), MINUTE, 1, 1);
    source.add(Labels.of("__name__", "b", "x", "1"), MINUTE, 2, 2);

    assertThat(error("abs({__name__=~\"a|b\"})", MINUTE))
        .hasMessage("vector cannot contain metrics with the same labelset");
    assertThat(error("-{x=\"1\"}", MINUTE)).isNotNull();
    assertThat(error("rate({x=\"1\"}[5m])", MINUTE)).isNotNull();
    assertThat(vector("last_over_time({x=\"1\"}[5m])", MINUTE)).hasSize(2);
  }

  @Test
  void seriesThatFollowOneAnotherBecomeOne() {
    source.add(Labels.of("__name__", "a"), 0, 1.0);
    source.add(Labels.of("__name__", "b"), 10 * MINUTE, 2.0);

    assertThat(range("abs({__name__=~\"a|b\"})", 0, 10 * MINUTE, 10 * MINUTE))
        .containsOnlyKeys("{}")
        .containsEntry("{}", Map.of(0L, 1.0, 10 * MINUTE, 2.0));
  }

  @Test
  void delayedRemovalKeepsNamesForMatchersInBetween() {
    PromqlEngine delayed =
        new PromqlEngine(
            new EvaluationOptions(300_000, range -> MINUTE, true, PrometheusVersion.V3),
            QueryLimits.DEFAULT);
    source.add(Labels.of("__name__", "a"), MINUTE, 0, 60);
    source.add(Labels.of("__name__", "b"), MINUTE, 0, 120);

    try (QueryResult result =
        delayed.instant(
            "label_replace(rate({__name__=~\"a|b\"}[2m]), \"name\", \"$0\", \"__name__\", \".+\")",
            MINUTE,
            QueryEnvironment.of(source))) {
      assertThat(((VectorValue) result.value()).samples()).hasSize(2);
    }
  }

  @Test
  void readsEachSelectorOnceWithItsHints() {
    source.add(Labels.of("__name__", "a", "x", "1"), MINUTE, 0, 60);

    range("sum by (x) (rate(a[5m] offset 1m)) + sum without (x) (a)", 600_000, 900_000, 60_000);

    assertThat(source.selections()).hasSize(2);
    Selection rate = source.selections().get(0);
    assertThat(rate.fromMillis()).isEqualTo(600_000 - 60_000 - 300_000 + 1);
    assertThat(rate.toMillis()).isEqualTo(900_000 - 60_000);
    assertThat(rate.hints())
        .isEqualTo(new Selection.Hints(60_000, 300_000, "rate", false, List.of()));
    assertThat(source.selections().get(1).hints())
        .isEqualTo(new Selection.Hints(60_000, 0, "sum", false, List.of("x")));
  }

  @Test
  void whatHasOneTimeIsEvaluatedOnce() {
    source.add(Labels.of("__name__", "a"), MINUTE, 1, 2, 3);

    assertThat(range("a @ 60 + time()", 0, 2 * MINUTE, MINUTE))
        .containsEntry("{}", Map.of(0L, 2.0, 60_000L, 62.0, 120_000L, 122.0));
    assertThat(source.selections().get(0).hints().stepMillis()).isEqualTo(MINUTE);
    assertThat(range("predict_linear(a[5m] @ 120, 0)", 0, MINUTE, MINUTE).get("{}"))
        .containsEntry(0L, 1.0)
        .containsEntry(MINUTE, 2.0);
  }

  @Test
  void extrapolatesNoCounterBelowZero() {
    source.add(Labels.of("__name__", "c_total"), 10_000, 1, 11, 21, 31, 41, 51, 61);

    // 50 in 50 s from the second sample on; the counter was zero a second before its first.
    assertThat(vector("increase(c_total[1m])", 60_000)).containsExactly("{} 60");
    assertThat(vector("rate(c_total[2m])", 60_000))
        .allSatisfy(v -> assertThat(v).startsWith("{} 0.508"));
  }

  @Test
  void joinsSeriesThatChangeTheirPartner() {
    source.add(Labels.of("__name__", "a"), MINUTE, 1, 1, 1, 1);
    source.add(Labels.of("__name__", "info", "v", "1"), MINUTE, 3, 3, Staleness.MARKER);
    source.add(Labels.of("__name__", "info", "v", "2"), 2 * MINUTE, 5);

    assertThat(range("a * on () group_left (v) info", 0, 3 * MINUTE, MINUTE))
        .containsEntry("{v=\"1\"}", Map.of(0L, 3.0, MINUTE, 3.0))
        .containsEntry("{v=\"2\"}", Map.of(2 * MINUTE, 5.0, 3 * MINUTE, 5.0));
    assertThat(range("a * on () info", 0, 3 * MINUTE, MINUTE).get("{}")).hasSize(4);
  }

  @Test
  void duplicatesOnTheOneSideAreNamed() {
    source.add(Labels.of("__name__", "a"), 0, 1.0);
    source.add(Labels.of("__name__", "b", "x", "1"), 0, 1.0);
    source.add(Labels.of("__name__", "b", "x", "2"), 0, 1.0);

    assertThat(error("a * on () b", 0))
        .hasMessage(
            "found duplicate series for the match group {} on the right hand-side of the"
                + " operation: [{__name__=\"b\", x=\"1\"}, {__name__=\"b\", x=\"2\"}];many-to-many"
                + " matching not allowed: matching labels must be unique on one side");
    assertThat(error("b * on () a", 0)).hasMessageContaining("must be explicit");
    assertThat(error("b * on () group_left (x) a", 0)).hasMessageContaining("unique matches");
  }

  @Test
  void answersScalarsAndStrings() {
    try (QueryResult scalar = engine.instant("1h / 2", 5, QueryEnvironment.of(source));
        QueryResult string = engine.instant("\"x\"", 5, QueryEnvironment.of(source))) {
      assertThat(scalar.value()).isEqualTo(new ScalarValue(5, 1800));
      assertThat(string.value()).isEqualTo(new StringValue(5, "x"));
    }
    assertThat(range("2 * 3", 0, 2, 1)).containsEntry("{}", Map.of(0L, 6.0, 1L, 6.0, 2L, 6.0));
    PromqlException refused =
        catchThrowableOfType(PromqlException.class, () -> range("\"x\"", 0, 1, 1));
    assertThat(refused.type()).isEqualTo(PromqlException.Type.BAD_DATA);
  }

  @Test
  void countsTheSamplesThatItReads() {
    source.add(Labels.of("__name__", "a"), 10_000, 1, 2, 3, 4, 5, 6);

    try (QueryResult result =
        engine.instant(
            "max_over_time(a[40s]) + rate(a[20s]) + 0 * a", 50_000, QueryEnvironment.of(source))) {
      assertThat(result.samplesRead()).isEqualTo(4 + 2 + 6);
    }
  }

  @Test
  void saysWhatIsProbablyWrong() {
    source.add(Labels.of("__name__", "gauge"), 10_000, 1, 2, 3);

    try (QueryResult result =
        engine.instant("sum(rate(gauge[1m]))", 20_000, QueryEnvironment.of(source))) {
      assertThat(result.infos())
          .containsExactly(
              "PromQL info: metric might not be a counter, name does not end in"
                  + " _total/_sum/_count/_bucket: \"gauge\" (1:10)");
      assertThat(result.warnings()).isEmpty();
    }
    try (QueryResult result =
        engine.instant("quantile(1.5, gauge)", 20_000, QueryEnvironment.of(source))) {
      assertThat(result.warnings())
          .containsExactly(
              "PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)");
    }
  }

  @Test
  void quantilesOfHistogramsSayWhatTheyFixed() {
    source.add(Labels.of("__name__", "h_bucket", "le", "1"), 0, 5.0);
    source.add(Labels.of("__name__", "h_bucket", "le", "2"), 0, 4.0);
    source.add(Labels.of("__name__", "h_bucket", "le", "+Inf"), 0, 10.0);

    try (QueryResult result =
        engine.instant("histogram_quantile(0.25, h_bucket)", 0, QueryEnvironment.of(source))) {
      assertThat(((VectorValue) result.value()).samples())
          .containsExactly(new VectorSample(Labels.EMPTY, 0.5));
      assertThat(result.infos()).hasSize(1);
      assertThat(result.infos().get(0))
          .contains(
              "from buckets 2 to 2, with a max diff of 1.0, over 1 samples from 1970-01-01T00:00:00Z");
    }
  }

  private List<String> vector(String query, long time) {
    try (QueryResult result = engine.instant(query, time, QueryEnvironment.of(source))) {
      return ((VectorValue) result.value())
          .samples().stream()
              .map(sample -> sample.labels() + " " + Floats.format(sample.value()))
              .toList();
    }
  }

  private List<Map<Long, Double>> matrix(String query, long time) {
    try (QueryResult result = engine.instant(query, time, QueryEnvironment.of(source))) {
      return List.copyOf(points(result).values());
    }
  }

  private Map<String, Map<Long, Double>> range(String query, long start, long end, long step) {
    try (QueryResult result = engine.range(query, start, end, step, QueryEnvironment.of(source))) {
      return points(result);
    }
  }

  private static Map<String, Map<Long, Double>> points(QueryResult result) {
    Map<String, Map<Long, Double>> all = new TreeMap<>();
    for (MatrixSeries series : ((MatrixValue) result.value()).series()) {
      Map<Long, Double> points = new TreeMap<>();
      series.forEach(points::put);
      assertThat(points).hasSize(series.size());
      all.put(series.labels().toString(), points);
    }
    return all;
  }

  private PromqlException error(String query, long time) {
    PromqlException refused =
        catchThrowableOfType(
            PromqlException.class,
            () -> engine.instant(query, time, QueryEnvironment.of(source)).close());
    assertThat(refused.type()).isEqualTo(PromqlException.Type.EXECUTION);
    return refused;
  }
}
