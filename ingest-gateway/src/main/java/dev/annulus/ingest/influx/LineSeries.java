package dev.annulus.ingest.influx;

import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.MetricType;
import dev.annulus.model.Tag;
import dev.annulus.wire.EncodedSeries;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Measurement and tags of a line, with the series of its known fields. Clients send the same fields
 * in the same order, so the index of a field is tried first. Thread-safe: published entries of the
 * array never change.
 */
final class LineSeries {
  private static final String PLAIN_FIELD = "value";

  /** Up to this many fields a linear scan is cheaper than a look-up that needs a string. */
  private static final int FEW = 16;

  private final String measurement;
  private final List<Tag> tags;
  private final Map<String, EncodedSeries> byKey = new ConcurrentHashMap<>();
  private volatile @Nullable Field[] fields = new Field[4];
  private volatile int size;

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

  /** Estimated heap without fields, in bytes. */
  long heapBytes() {
    long bytes = 256L + 2L * measurement.length();
    for (Tag tag : tags) {
      bytes += 128L + 2L * (tag.key().length() + tag.value().length());
    }
    return bytes;
  }

  /** The number of known fields. */
  int size() {
    return size;
  }

  /**
   * The series of a field.
   *
   * @param place of the field in its line
   * @param array holds the field's key, as sent, in {@code [from, to)}
   * @throws dev.annulus.ingest.text.LineException if the key is not UTF-8
   * @throws dev.annulus.model.InvalidSampleException naming the field and the rule
   */
  EncodedSeries field(int place, byte[] array, int from, int to, SeriesIntake intake) {
    int seen = size; // before the array: it is replaced first
    @Nullable Field[] now = fields;
    if (place < seen && isAt(now, place, array, from, to)) {
      return seriesAt(now, place);
    }
    for (int i = 0; i < Math.min(seen, FEW); i++) {
      if (isAt(now, i, array, from, to)) {
        return seriesAt(now, i);
      }
    }
    String key = LineText.unescape(array, from, to, "field key");
    EncodedSeries before = byKey.get(key);
    if (before != null) {
      return before;
    }
    String name = key.equals(PLAIN_FIELD) ? measurement : measurement + "_" + key;
    EncodedSeries series = intake.series(name, tags, MetricType.GAUGE);
    if (byKey.putIfAbsent(key, series) == null) {
      add(new Field(Arrays.copyOfRange(array, from, to), series));
    }
    return series;
  }

  private static boolean isAt(@Nullable Field[] all, int place, byte[] array, int from, int to) {
    return Objects.requireNonNull(all[place]).is(array, from, to);
  }

  private static EncodedSeries seriesAt(@Nullable Field[] all, int place) {
    return Objects.requireNonNull(all[place]).series();
  }

  /** Doubles the array when it is full: a line may have very many fields. */
  private synchronized void add(Field field) {
    @Nullable Field[] now = fields;
    if (size == now.length) {
      now = Arrays.copyOf(now, 2 * size);
    }
    now[size] = field;
    fields = now;
    size = size + 1;
  }
}
