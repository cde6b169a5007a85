package dev.annulus.ingest.graphite;

import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.text.LineException;
import dev.annulus.model.InvalidSampleException;

/**
 * Reads lines of {@code path[;tag=value…] value [timestamp]}, with any number of spaces and tabs
 * around and between them. A missing timestamp, -1 or N means now. Not thread-safe; one parser per
 * piece of a stream.
 */
final class TextParser {
  private final GraphiteIntake intake;
  private final long nowMillis;
  private final SampleBatch batch = new SampleBatch();
  private final Problems problems = new Problems("line");
  private int ignored;
  private int number = 1;

  TextParser(GraphiteIntake intake) {
    this.intake = intake;
    this.nowMillis = intake.nowMillis();
  }

  /** The samples of the lines without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The lines with a fault. */
  Problems problems() {
    return problems;
  }

  /** The number of lines whose value is not a number. */
  int ignored() {
    return ignored;
  }

  /** Reads the complete lines of {@code [from, to)}; returns the end of the last one. */
  int parse(byte[] array, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (array[i] == '\n') {
        line(array, start, i);
        start = i + 1;
      }
    }
    return start;
  }

  /** Reads one line, without its line feed. */
  void line(byte[] array, int from, int to) {
    int end = to > from && array[to - 1] == '\r' ? to - 1 : to;
    try {
      sample(array, blanks(array, from, end), end);
    } catch (LineException e) {
      problems.add(number, String.valueOf(e.getMessage()));
    } catch (InvalidSampleException e) {
      problems.add(number, e.describe());
    }
    number++;
  }

  private void sample(byte[] array, int from, int to) {
    if (from == to) {
      return;
    }
    int nameTo = word(array, from, to);
    int valueFrom = blanks(array, nameTo, to);
    int valueTo = word(array, valueFrom, to);
    int timeFrom = blanks(array, valueTo, to);
    int timeTo = word(array, timeFrom, to);
    if (valueTo == valueFrom || blanks(array, timeTo, to) < to) {
      throw new LineException("expected PATH VALUE TIMESTAMP");
    }
    double value = GraphiteNumber.value(array, valueFrom, valueTo);
    long ts = timestamp(array, timeFrom, timeTo);
    if (Double.isNaN(value)) {
      ignored++;
      return;
    }
    intake.rules().checkTimestamp(ts, nowMillis);
    batch.add(intake.series(array, from, nameTo), ts, value);
  }

  /** Epoch milliseconds. */
  private long timestamp(byte[] array, int from, int to) {
    boolean none = from == to || (to - from == 1 && array[from] == 'N');
    return none
        ? nowMillis
        : GraphiteNumber.timestamp(GraphiteNumber.value(array, from, to), nowMillis);
  }

  private static int word(byte[] array, int from, int to) {
    int at = from;
    while (at < to && array[at] != ' ' && array[at] != '\t') {
      at++;
    }
    return at;
  }

  private static int blanks(byte[] array, int from, int to) {
    int at = from;
    while (at < to && (array[at] == ' ' || array[at] == '\t')) {
      at++;
    }
    return at;
  }
}
