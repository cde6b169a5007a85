package dev.annulus.ingest.graphite;

import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.ingest.text.LineException;
import dev.annulus.ingest.text.LineNumber;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads lines of {@code path[;tag=value…] value [timestamp]}. A missing timestamp, -1 or N stands
 * for now. Not thread-safe; one parser for each piece of a stream.
 */
final class GraphiteParser {
  private final SeriesIntake intake;
  private final SeriesCache<EncodedSeries> known;
  private final long now;
  private final SampleBatch batch = new SampleBatch();
  private final Problems problems = new Problems("line");
  private int ignored;
  private int number = 1;

  /**
   * @param now epoch seconds
   */
  GraphiteParser(SeriesIntake intake, SeriesCache<EncodedSeries> known, long now) {
    this.intake = intake;
    this.known = known;
    this.now = now;
  }

  /** The samples of the lines without a fault. */
  SampleBatch batch() {
    return batch;
  }

  /** The lines with a fault. */
  Problems problems() {
    return problems;
  }

  /** Lines whose value is none. */
  int ignored() {
    return ignored;
  }

  /** Reads the whole lines of {@code [from, to)}; gives where the last one ends. */
  int parse(byte[] array, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (array[i] == '\n') {
        line(array, start, i > start && array[i - 1] == '\r' ? i - 1 : i);
        number++;
        start = i + 1;
      }
    }
    return start;
  }

  private void line(byte[] array, int from, int to) {
    try {
      int nameTo = word(array, from, to);
      if (nameTo == from) {
        if (spaces(array, from, to) < to) {
          throw new LineException("a line starts with its path");
        }
        return;
      }
      int valueFrom = spaces(array, nameTo, to);
      int valueTo = word(array, valueFrom, to);
      int timeFrom = spaces(array, valueTo, to);
      int timeTo = word(array, timeFrom, to);
      if (valueTo == valueFrom || spaces(array, timeTo, to) < to) {
        throw new LineException("expected PATH VALUE TIMESTAMP");
      }
      if (isNan(array, valueFrom, valueTo)) {
        ignored++;
        return;
      }
      double value = LineNumber.decimal(array, valueFrom, valueTo);
      long ts = timestamp(array, timeFrom, timeTo);
      intake.rules().checkTimestamp(ts, now);
      batch.add(series(array, from, nameTo), ts, value);
    } catch (LineException e) {
      problems.add(number, String.valueOf(e.getMessage()));
    } catch (InvalidSampleException e) {
      problems.add(number, e.describe());
    }
  }

  private long timestamp(byte[] array, int from, int to) {
    boolean none =
        from == to
            || (to - from == 1 && array[from] == 'N')
            || (to - from == 2 && array[from] == '-' && array[from + 1] == '1');
    return none ? now : (long) Math.floor(LineNumber.decimal(array, from, to));
  }

  private EncodedSeries series(byte[] array, int from, int to) {
    long hash = SeriesCache.hash(array, from, to);
    EncodedSeries before = known.find(hash, array, from, to);
    if (before != null) {
      return before;
    }
    List<String> parts =
        Arrays.asList(new String(array, from, to - from, StandardCharsets.UTF_8).split(";", -1));
    List<Tag> tags = new ArrayList<>();
    for (String tag : parts.subList(1, parts.size())) {
      int equals = tag.indexOf('=');
      if (equals < 1 || equals == tag.length() - 1) {
        throw new LineException("a tag must be KEY=VALUE");
      }
      tags.add(new Tag(tag.substring(0, equals), tag.substring(equals + 1)));
    }
    EncodedSeries made = intake.series(parts.get(0), tags, MetricType.GAUGE);
    known.put(hash, array, from, to, made);
    known.grow(1);
    return made;
  }

  private static boolean isNan(byte[] array, int from, int to) {
    return to - from == 3
        && (array[from] | 0x20) == 'n'
        && (array[from + 1] | 0x20) == 'a'
        && (array[from + 2] | 0x20) == 'n';
  }

  private static int word(byte[] array, int from, int to) {
    int at = from;
    while (at < to && array[at] != ' ' && array[at] != '\t') {
      at++;
    }
    return at;
  }

  private static int spaces(byte[] array, int from, int to) {
    int at = from;
    while (at < to && (array[at] == ' ' || array[at] == '\t')) {
      at++;
    }
    return at;
  }
}
