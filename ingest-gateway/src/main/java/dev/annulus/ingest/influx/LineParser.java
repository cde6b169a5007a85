package dev.annulus.ingest.influx;

import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.text.LineException;
import dev.annulus.ingest.text.LineNumber;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.wire.EncodedSeries;
import dev.annulus.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one body of lines, byte by byte:
 *
 * <pre>
 * measurement[,tag=value…] field=value[,field=value…] [timestamp]
 * </pre>
 *
 * <p>A line with a fault is recorded and adds no samples; the others are kept. Known series are
 * found by their bytes, so a sample allocates nothing. Not thread-safe; one parser per body.
 */
final class LineParser {
  /** A series and a value. */
  private static final long FIELD_BYTES = 16;

  private final byte[] array;
  private final int end;
  private final Precision precision;
  private final long nowMillis;
  private final IngestMemory.Allowance allowance;
  private final SeriesIntake intake;
  private final SeriesCache<LineSeries> known;
  private final int longestKey;
  private final SampleBatch batch;
  private final Problems problems = new Problems("line");
  private int ignored;
  private int madeSeries;
  private int at;
  private int line = 1;
  private EncodedSeries[] series = new EncodedSeries[16];
  private double[] values = new double[16];
  private int fields;

  /**
   * @param nowMillis epoch milliseconds, for lines without a timestamp
   * @param allowance of the request; may be closed once the batch is published
   */
  LineParser(
      byte[] array,
      int length,
      Precision precision,
      long nowMillis,
      IngestMemory.Allowance allowance,
      SeriesIntake intake,
      SeriesCache<LineSeries> known) {
    this.array = array;
    this.end = length;
    this.precision = precision;
    this.nowMillis = nowMillis;
    this.allowance = allowance;
    this.batch = new SampleBatch(allowance);
    this.intake = intake;
    this.known = known;
    this.at = Utf8.afterMark(array, 0, length);
    // Twice, as every character may be escaped.
    this.longestKey = 2 * intake.rules().maxSeriesBytes() + 2 * intake.rules().maxTags();
  }

  /** Reads all lines. */
  void parse() {
    while (at < end) {
      int start = at;
      try {
        line();
      } catch (LineException e) {
        problems.add(line, String.valueOf(e.getMessage()));
      } catch (InvalidSampleException e) {
        problems.add(line, e.describe());
      }
      toNextLine(start);
    }
  }

  /** The samples of the lines without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The lines with a fault. */
  Problems problems() {
    return problems;
  }

  /** The number of string fields. */
  int ignored() {
    return ignored;
  }

  private void line() {
    skipSpaces();
    if (at == end || array[at] == '\n' || array[at] == '\r' || array[at] == '#') {
      return;
    }
    int from = at;
    int to = endOfKey();
    LineSeries lineSeries = lineSeries(from, to);
    skipSpaces();
    fields = 0;
    int texts = fields(lineSeries);
    skipSpaces();
    long ts = timestamp();
    intake.rules().checkTimestamp(ts, nowMillis);
    for (int i = 0; i < fields; i++) {
      batch.add(series[i], ts, values[i]);
    }
    ignored += texts;
  }

  /** The end of measurement and tags: the first space that is not escaped. */
  private int endOfKey() {
    for (; at < end; at++) {
      byte c = array[at];
      if (c == ' ' || c == '\n') {
        break;
      }
      if (c == '\\' && at + 1 < end && array[at + 1] != '\n') {
        at++;
      }
    }
    return at;
  }

  private LineSeries lineSeries(int from, int to) {
    long hash = SeriesCache.hash(array, from, to);
    LineSeries before = known.find(hash, array, from, to);
    if (before != null) {
      return before;
    }
    if (to - from > longestKey) {
      throw new LineException("measurement and tags are longer than " + longestKey + " bytes");
    }
    LineSeries made = LineText.series(array, from, to, intake.rules().maxTags());
    known.put(hash, array, from, to, made, made.heapBytes());
    return made;
  }

  /** Reads the fields; returns the number of string fields. */
  private int fields(LineSeries of) {
    int texts = 0;
    for (int place = 0; ; place++) {
      int from = at;
      while (at < end && array[at] != '=') {
        if (isSpace(array[at]) || array[at] == ',') {
          break;
        }
        at += array[at] == '\\' && at + 1 < end ? 2 : 1;
      }
      if (at >= end || array[at] != '=') {
        throw new LineException(at == from ? "missing fields" : "missing field value");
      }
      if (at == from) {
        throw new LineException("missing field key");
      }
      int to = at++;
      if (at < end && array[at] == '"') {
        skipText();
        texts++;
      } else {
        addField(of, place, from, to);
      }
      if (at == end || isSpace(array[at])) {
        return texts;
      }
      if (array[at] != ',') {
        throw new LineException("invalid field format");
      }
      at++;
    }
  }

  private void addField(LineSeries of, int place, int from, int to) {
    double value = value();
    int before = of.size();
    EncodedSeries field = of.field(place, array, from, to, intake);
    if (of.size() > before) {
      allowance.requireSeries(++madeSeries);
      known.grow(field.heapBytes());
      allowance.take(field.heapBytes());
    }
    allowance.requireSamples(batch.size() + fields + 1);
    if (fields == series.length) {
      allowance.take(FIELD_BYTES * fields);
      series = Arrays.copyOf(series, 2 * fields);
      values = Arrays.copyOf(values, 2 * fields);
    }
    series[fields] = field;
    values[fields++] = value;
  }

  private double value() {
    int from = at;
    while (at < end && array[at] != ',' && !isSpace(array[at])) {
      at++;
    }
    if (at == from) {
      throw new LineException("missing field value");
    }
    return switch (array[at - 1]) {
      case 'i' -> LineNumber.whole(array, from, at - 1, "integer");
      case 'u' -> LineNumber.unsigned(array, from, at - 1);
      case 't', 'T', 'f', 'F', 'e', 'E' -> flag(from);
      default -> LineNumber.decimal(array, from, at);
    };
  }

  private double flag(int from) {
    return switch (new String(array, from, at - from, StandardCharsets.ISO_8859_1)) {
      case "t", "T", "true", "True", "TRUE" -> 1;
      case "f", "F", "false", "False", "FALSE" -> 0;
      default -> throw new LineException("invalid boolean");
    };
  }

  private void skipText() {
    int from = at;
    for (at++; at < end; at++) {
      if (array[at] == '"') {
        at++;
        return;
      }
      if (array[at] == '\\') {
        at++;
      }
    }
    at = from; // the following lines may be fine
    throw new LineException("unbalanced quotes");
  }

  /** Epoch milliseconds. */
  private long timestamp() {
    int from = at;
    while (at < end && !isSpace(array[at])) {
      at++;
    }
    int to = at;
    skipSpaces();
    if (at < end && array[at] == '\r') {
      at++;
    }
    if (at < end && array[at] != '\n') {
      throw new LineException("nothing may follow the timestamp");
    }
    if (to == from) {
      return nowMillis;
    }
    try {
      return precision.toMillis(LineNumber.whole(array, from, to, "timestamp"));
    } catch (ArithmeticException e) {
      throw new LineException("timestamp out of range");
    }
  }

  private void skipSpaces() {
    while (at < end && array[at] == ' ') {
      at++;
    }
  }

  /** Skips past the next line feed and counts those on the way: strings may contain some. */
  private void toNextLine(int start) {
    while (at < end && array[at] != '\n') {
      at++;
    }
    at = Math.min(end, at + 1);
    for (int i = start; i < at; i++) {
      if (array[i] == '\n') {
        line++;
      }
    }
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r';
  }
}
