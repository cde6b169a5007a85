package dev.annulus.promql.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Formatter;
import dev.annulus.promql.parser.Parser;
import dev.annulus.promql.parser.PrettyPrinter;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.MemorySource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryLimitsTest {
  private static final long MINUTE = 60_000;

  /** Hostile queries: each needs far more than it is given. */
  private static final String MANY = "a * on (x) group_left (y) b";

  private final MemorySource source = new MemorySource();
  private final Counted budget = new Counted();

  QueryLimitsTest() {
    for (int i = 0; i < 200; i++) {
      source.add(
          Labels.of("__name__", "a", "x", "1", "i", String.valueOf(i)), MINUTE, 1, 2, 3, i, 5);
    }
    source.add(Labels.of("__name__", "b", "x", "1", "y", "2"), MINUTE, 1, 2, 3, 4, 5);
  }

  /** Counts what is reserved. */
  private static final class Counted implements MemoryBudget {
    long reserved;
    long most;
    long limit = Long.MAX_VALUE;

    @Override
    public void reserve(long bytes) {
      if (reserved + bytes > limit) {
        throw PromqlException.tooMuch("all queries together hold too much");
      }
      reserved += bytes;
      most = Math.max(most, reserved);
    }

    @Override
    public void release(long bytes) {
      reserved -= bytes;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "rate(a[5m])",
        "sum by (i) (a)",
        MANY,
        "a or b",
        "topk(100, a)",
        "quantile_over_time(0.5, a[1h])",
        "count_values(\"v\", a)",
        "max_over_time(a[1h:1s])",
        "label_replace(a, \"z\", \"$1\", \"i\", \"(.*)\")",
        "time() + 1",
      })
  void memoryIsReservedFirstAndReleasedInTheEnd(String query) {
    QueryEnvironment environment = new QueryEnvironment(source, budget, () -> {});
    QueryResult result = engine(1L << 30).range(query, 0, 500_000, 1000, environment);

    assertThat(budget.reserved).isPositive();
    result.close();
    assertThat(budget.reserved).isZero();

    budget.limit = budget.most - 1;
    assertThat(refusal(() -> engine(1L << 30).range(query, 0, 500_000, 1000, environment)))
        .isEqualTo(PromqlException.Type.TOO_MUCH);
    assertThat(budget.reserved).isZero();

    budget.limit = Long.MAX_VALUE;
    long own = budget.most - 1;
    assertThat(refusal(() -> engine(own).range(query, 0, 500_000, 1000, environment)))
        .isEqualTo(PromqlException.Type.TOO_MUCH);
    assertThat(budget.reserved).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "sum_over_time(a[1h])",
        "sum(a)",
        MANY,
        "a and b",
        "quantile(0.5, a)",
        "topk(3, a)",
        "count_values(\"v\", a)",
        "histogram_quantile(0.5, label_replace(a, \"le\", \"$1\", \"i\", \"(.*)\"))",
        "max_over_time(a[1h:1s])",
        "scalar(b) + time()",
        "a @ 60",
      })
  void deadlinesAreAskedAboutWithinLoops(String query) {
    int[] checks = {0};
    QueryEnvironment counting = new QueryEnvironment(source, budget, () -> checks[0]++);
    engine(1L << 30).range(query, 0, 300_000, 100, counting).close();
    int all = checks[0];

    assertThat(all).isGreaterThan(1);
    for (int end = 1; end <= all; end += 1 + all / 6) {
      int last = end;
      checks[0] = 0;
      QueryEnvironment ending =
          new QueryEnvironment(
              source,
              budget,
              () -> {
                if (++checks[0] == last) {
                  throw PromqlException.timeout("query timed out");
                }
              });
      assertThat(refusal(() -> engine(1L << 30).range(query, 0, 300_000, 100, ending)))
          .isEqualTo(PromqlException.Type.TIMEOUT);
      assertThat(budget.reserved).isZero();
    }
  }

  /** Windows that are read anew each time, because the sums in them could overflow. */
  @Test
  void deadlinesAreAskedAboutWithinLongWindows() {
    Labels huge = Labels.of("__name__", "huge");
    for (int i = 0; i < 20_000; i++) {
      source.add(huge, i * 1000L, 1e308);
    }
    int[] checks = {0};
    QueryEnvironment counting = new QueryEnvironment(source, budget, () -> checks[0]++);

    engine(1L << 30)
        .range("avg_over_time(huge[5h])", 10_000_000, 20_000_000, 100_000, counting)
        .close();

    assertThat(checks[0]).isGreaterThan(50);
  }

  @Test
  void stepsAreCountedAlsoWithinSubQueries() {
    QueryEnvironment environment = QueryEnvironment.of(source);

    for (String query : List.of("max_over_time(a[10y:1ms])", "max_over_time((1/0*a)[100y:1s])")) {
      assertThat(refusal(() -> engine(1L << 30).instant(query, 0, environment)))
          .isEqualTo(PromqlException.Type.TOO_MUCH);
    }
    assertThat(refusal(() -> engine(1L << 30).range("a", 0, Long.MAX_VALUE / 2, 1, environment)))
        .isEqualTo(PromqlException.Type.TOO_MUCH);
  }

  @Test
  void seriesAreCounted() {
    PromqlEngine few =
        new PromqlEngine(EvaluationOptions.DEFAULT, new QueryLimits(100, 1000, 50, 1L << 30));

    for (String query : List.of("a", "rate(a[5m])", "absent_over_time(a[5m])")) {
      assertThat(refusal(() -> few.instant(query, MINUTE, QueryEnvironment.of(source))))
          .isEqualTo(PromqlException.Type.TOO_MUCH);
    }
  }

  @Test
  void depthIsLimited() {
    PromqlEngine flat =
        new PromqlEngine(EvaluationOptions.DEFAULT, new QueryLimits(10, 1000, 50, 1L << 30));

    assertThat(refusal(() -> flat.instant("((((((((((1))))))))))", 0, QueryEnvironment.of(source))))
        .isEqualTo(PromqlException.Type.BAD_DATA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abs(%s)",
        "(%s)",
        "-%s",
        "%s + b",
        "b + (%s)",
        "sum by (x) (%s)",
        "%s or b",
        "label_replace(%s, \"q\", \"$0\", \"x\", \".*\")",
        "max_over_time((%s)[1m:30s])",
        "histogram_quantile(scalar(%s), b)",
      })
  void whatIsAsDeepAsAllowedFitsOnASmallStack(String level) throws InterruptedException {
    String query = "b";
    List<String> deepest = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      query = level.replace("%s", query);
      try {
        Parser.parse(query);
        deepest.add(query);
      } catch (PromqlException e) {
        break;
      }
    }
    String deep = deepest.get(deepest.size() - 1);
    List<Throwable> problems = new ArrayList<>();
    Runnable evaluation =
        () -> {
          Formatter.format(Parser.parse(deep));
          PrettyPrinter.format(Parser.parse(deep));
          new PromqlEngine(EvaluationOptions.DEFAULT, QueryLimits.DEFAULT)
              .range(deep, 0, MINUTE, MINUTE, QueryEnvironment.of(source))
              .close();
        };
    Thread thread = new Thread(null, evaluation, "small stack", 512 * 1024);
    thread.setUncaughtExceptionHandler((t, problem) -> problems.add(problem));
    thread.start();
    thread.join();

    assertThat(problems).isEmpty();
    assertThat(deepest).hasSizeBetween(45, 350);
  }

  @Test
  void aRegularExpressionCannotRunAway() {
    String query =
        "b{y=~\"(a*)*(a*)*(a*)*b\"} or label_replace(b, \"z\", \"\", \"y\", \"(x+x+)+y\")";

    engine(1L << 30).instant(query, MINUTE, QueryEnvironment.of(source)).close();
  }

  @Test
  void labelsCannotGrowWithoutBounds() {
    String query = "b";
    for (int i = 0; i < 30; i++) {
      query = "label_replace(" + query + ", \"y\", \"$0$0\", \"y\", \".*\")";
    }
    String doubling = query;

    assertThat(
            refusal(() -> engine(1L << 30).instant(doubling, MINUTE, QueryEnvironment.of(source))))
        .isEqualTo(PromqlException.Type.TOO_MUCH);
  }

  private static PromqlEngine engine(long maxBytes) {
    return new PromqlEngine(
        EvaluationOptions.DEFAULT, new QueryLimits(100, 100_000, 10_000, maxBytes));
  }

  private static PromqlException.Type refusal(Runnable query) {
    PromqlException refused = catchThrowableOfType(PromqlException.class, query::run);
    assertThat(refused).as("refused").isNotNull();
    return refused.type();
  }
}
