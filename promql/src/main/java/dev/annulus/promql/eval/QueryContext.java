package dev.annulus.promql.eval;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.AtModifier;
import dev.annulus.promql.series.SeriesSource;
import dev.annulus.promql.window.Scratch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all parts of one evaluation share: limits, memory, deadline, warnings. One thread. */
final class QueryContext implements Scratch, AutoCloseable {
  private static final int WORK_BETWEEN_CHECKS = 20_000;

  final SeriesSource source;
  final EvaluationOptions options;
  final Annotations annotations = new Annotations();
  private final QueryLimits limits;
  private final MemoryBudget budget;
  private final Runnable check;
  private final long start;
  private final long end;
  private long held;
  private long samplesRead;
  private int work;

  /**
   * @param check throws if the query should end
   * @param start of the whole query, in milliseconds; so is {@code end}
   */
  QueryContext(
      SeriesSource source,
      EvaluationOptions options,
      QueryLimits limits,
      MemoryBudget budget,
      Runnable check,
      long start,
      long end) {
    this.source = source;
    this.options = options;
    this.limits = limits;
    this.budget = budget;
    this.check = check;
    this.start = start;
    this.end = end;
  }

  long millis(AtModifier at) {
    return at.millis(start, end);
  }

  /** Says that about {@code amount} values have been looked at; may end the query. */
  void work(int amount) {
    work += amount;
    if (work > WORK_BETWEEN_CHECKS || work < 0) {
      checkNow();
    }
  }

  /** Says that the source gave {@code samples} of a series. */
  void read(int samples) {
    samplesRead += samples;
    work(16 + samples);
  }

  long samplesRead() {
    return samplesRead;
  }

  void checkNow() {
    work = 0;
    check.run();
  }

  long held() {
    return held;
  }

  /** Before {@code bytes} are allocated for a result. */
  void hold(long bytes) {
    if (held + bytes > limits.maxBytes()) {
      throw PromqlException.tooMuch(
          "query would hold more than " + limits.maxBytes() + " bytes of series in memory");
    }
    budget.reserve(bytes);
    held += bytes;
  }

  /** The query now holds {@code bytes} in all, not more than before. */
  void settle(long bytes) {
    if (bytes < held) {
      budget.release(held - bytes);
      held = bytes;
    } else if (bytes > held) {
      hold(bytes - held);
    }
  }

  @Override
  public void allocate(long bytes) {
    hold(bytes);
  }

  /** A buffer for all steps of {@code grid}, counted until the node has been evaluated. */
  StepBuffer buffer(StepGrid grid) {
    hold(8L * grid.steps());
    return new StepBuffer(grid.steps());
  }

  /** An array for all steps of {@code grid}. */
  double[] row(StepGrid grid) {
    hold(8L * grid.steps());
    return new double[grid.steps()];
  }

  /** A list that counts what is added to it. */
  SeriesList list() {
    return new SeriesList();
  }

  /** The steps of a sub-query or range query. */
  StepGrid grid(long first, long last, long interval) {
    if (last < first) {
      return new StepGrid(first, interval, 0);
    }
    long steps = (last - first) / interval + 1;
    if (steps > limits.maxSteps() || steps < 0) {
      throw PromqlException.tooMuch(
          "query or sub-query has more than " + limits.maxSteps() + " steps");
    }
    return new StepGrid(first, interval, (int) steps);
  }

  void checkSeries(int count) {
    if (count > limits.maxSeries()) {
      throw PromqlException.tooMuch(
          "query has more than " + limits.maxSeries() + " series at once");
    }
  }

  @Override
  public void close() {
    settle(0);
  }

  /** Collects the series of a result within the limits. */
  final class SeriesList {
    private final List<StepSeries> series = new ArrayList<>();

    void add(@Nullable StepSeries added) {
      if (added == null) {
        return;
      }
      checkSeries(series.size() + 1);
      hold(added.bytes());
      series.add(added);
      work(added.values.length);
    }

    List<StepSeries> series() {
      return series;
    }
  }
}
