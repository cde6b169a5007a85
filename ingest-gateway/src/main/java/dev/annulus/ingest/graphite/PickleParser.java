package dev.annulus.ingest.graphite;

import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.text.LineException;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.wire.EncodedSeries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one pickled message: a list of {@code (path, (timestamp, value))}. Timestamp and value are
 * numbers, or text as Dropwizard's and Micrometer's reporters send them. A path that several
 * samples share is looked up once. Not thread-safe; one parser per message.
 */
final class PickleParser {
  private final GraphiteIntake intake;
  private final long nowMillis;
  private final SampleBatch batch = new SampleBatch();
  private final Problems problems = new Problems("sample");
  private final Map<PickledText, EncodedSeries> series = new HashMap<>();
  private final Map<PickledText, String> refused = new HashMap<>();
  private int ignored;

  PickleParser(GraphiteIntake intake) {
    this.intake = intake;
    this.nowMillis = intake.nowMillis();
  }

  /** The samples without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The samples with a fault, numbered from 0. */
  Problems problems() {
    return problems;
  }

  /** The number of samples whose value is not a number. */
  int ignored() {
    return ignored;
  }

  /**
   * Reads the message in {@code [from, to)}.
   *
   * @throws PickleException if the whole message is unusable
   */
  void parse(byte[] array, int from, int to) throws PickleException {
    if (!(Unpickler.read(array, from, to) instanceof List<?> samples)) {
      throw new PickleException("it is not a list");
    }
    for (int i = 0; i < samples.size(); i++) {
      try {
        sample(samples.get(i));
      } catch (LineException e) {
        problems.add(i, String.valueOf(e.getMessage()));
      } catch (InvalidSampleException e) {
        problems.add(i, e.describe());
      }
    }
  }

  private void sample(Object sample) {
    List<?> outer = pair(sample);
    List<?> inner = pair(outer.get(1));
    if (!(outer.get(0) instanceof PickledText path)) {
      throw new LineException("the path is not a string");
    }
    long ts = GraphiteNumber.timestamp(number("timestamp", inner.get(0)), nowMillis);
    double value = number("value", inner.get(1));
    if (!Double.isFinite(value)) {
      ignored++;
      return;
    }
    intake.rules().checkTimestamp(ts, nowMillis);
    batch.add(series(path), ts, value);
  }

  private EncodedSeries series(PickledText path) {
    EncodedSeries before = series.get(path);
    if (before != null) {
      return before;
    }
    String problem = refused.get(path);
    if (problem != null) {
      throw new LineException(problem);
    }
    try {
      EncodedSeries made = intake.series(path.array(), path.from(), path.to());
      series.put(path, made);
      return made;
    } catch (LineException e) {
      refused.put(path, String.valueOf(e.getMessage()));
      throw e;
    } catch (InvalidSampleException e) {
      refused.put(path, e.describe());
      throw e;
    }
  }

  private static List<?> pair(Object value) {
    if (value instanceof List<?> list && list.size() == 2) {
      return list;
    }
    throw new LineException("expected (PATH, (TIMESTAMP, VALUE))");
  }

  private static double number(String what, Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof PickledText text) {
      return GraphiteNumber.value(text.array(), text.from(), text.to());
    }
    throw new LineException("the " + what + " is not a number");
  }
}
