package dev.annulus.ingest.influx;

import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.MetricType;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.util.Arrays;
import java.util.List;

/**
 * Measurement and tags of a line, with the series of the fields seen beside them. A client sends
 * the same fields in the same order, so the place of a field is tried first. Thread-safe: the array
 * is replaced, never changed.
 */
final class LineSeries {
  private static final String PLAIN_FIELD = "value";

  private final String measurement;
  private final List<Tag> tags;
  private volatile Field[] fields = {};

  LineSeries(String measurement, List<Tag> tags) {
    this.measurement = measurement;
    this.tags = List.copyOf(tags);
  }

  @SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
  private record Field(byte[] key, EncodedSeries series) {
    boolean is(byte[] array, int from, int to) {
      return Arrays.equals(key, 0, key.length, array, from, to);
    }
  }

  /** How many fields have been seen. */
  int size() {
    return fields.length;
  }

  /**
   * The series of a field.
   *
   * @param place of the field in its line
   * @param array holds the field's key, as sent, in {@code [from, to)}
   * @throws dev.annulus.model.InvalidSampleException naming the field and the rule
   */
  EncodedSeries field(int place, byte[] array, int from, int to, SeriesIntake intake) {
    Field[] now = fields;
    if (place < now.length && now[place].is(array, from, to)) {
      return now[place].series();
    }
    for (Field field : now) {
      if (field.is(array, from, to)) {
        return field.series();
      }
    }
    String key = LineText.unescape(array, from, to);
    String name = key.equals(PLAIN_FIELD) ? measurement : measurement + "_" + key;
    EncodedSeries series = intake.series(name, tags, MetricType.GAUGE);
    add(new Field(Arrays.copyOfRange(array, from, to), series));
    return series;
  }

  private synchronized void add(Field field) {
    Field[] more = Arrays.copyOf(fields, fields.length + 1);
    more[fields.length] = field;
    fields = more;
  }
}
