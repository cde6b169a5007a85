package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import dev.annulus.model.MetricType;
import dev.annulus.model.Times;
import dev.annulus.service.http.Problem;
import dev.annulus.store.RingReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * The pre-bucketed series of {@code GET /metrics/{id}/series}, gathered while the ring is read: a
 * gauge's average, or a counter's per-second rate from the maximum of the bucket before that has
 * samples to its own. Samples come in any order; most are in the bucket of the one before. Not
 * thread-safe.
 *
 * <p>Buckets are numbers in an open hash table of primitive arrays, 20 bytes each and half of them
 * free.
 */
final class SeriesBuckets implements RingReader.Visitor {
  private static final int SMALLEST = 1_024;

  private final boolean isGauge;
  private final long seconds;
  private final int most;
  private long[] numbers = new long[0];
  private double[] values = new double[0];
  private int[] counts = new int[0];
  private int size;
  private int last;

  /**
   * @param seconds of a bucket, at least 1
   * @param most buckets
   */
  SeriesBuckets(MetricType type, long seconds, int most) {
    this.isGauge = type == MetricType.GAUGE;
    this.seconds = seconds;
    this.most = most;
    begin();
  }

  @Override
  public void begin() {
    allocate(SMALLEST);
    size = 0;
    last = 0;
  }

  @Override
  public void sample(long tsMillis, double value) {
    long number = Math.floorDiv(Times.seconds(tsMillis), seconds);
    if (counts[last] == 0 || numbers[last] != number) {
      last = find(number);
    }
    if (counts[last] == 0) {
      add(number);
    }
    values[last] = isGauge ? values[last] + value : Math.max(values[last], value);
    counts[last]++;
  }

  /** The rows by time; a value is null where a counter has no rate: its first, or after a reset. */
  Rows rows() {
    int[] places = new int[size];
    long[] sorted = new long[size];
    int next = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        sorted[next++] = numbers[i];
      }
    }
    Arrays.sort(sorted);
    for (int i = 0; i < size; i++) {
      places[i] = find(sorted[i]);
    }
    return new Rows(places);
  }

  private int find(long number) {
    int mask = counts.length - 1;
    long mixed = number * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (counts[at] != 0 && numbers[at] != number) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void add(long number) {
    if (size == most) {
      throw Problem.of(
              413,
              "too_many_rows",
              "The series has more than %d buckets (query.max-series-rows).".formatted(most))
          .with("hint", "Ask for a larger bucket or a shorter range of time.")
          .toException();
    }
    if (2 * size >= counts.length) {
      grow();
      last = find(number);
    }
    size++;
    numbers[last] = number;
    values[last] = isGauge ? 0 : Double.NEGATIVE_INFINITY;
  }

  private void grow() {
    long[] oldNumbers = numbers;
    double[] oldValues = values;
    int[] oldCounts = counts;
    allocate(2 * oldCounts.length);
    for (int i = 0; i < oldCounts.length; i++) {
      if (oldCounts[i] > 0) {
        int at = find(oldNumbers[i]);
        numbers[at] = oldNumbers[i];
        values[at] = oldValues[i];
        counts[at] = oldCounts[i];
      }
    }
  }

  private void allocate(int length) {
    numbers = new long[length];
    values = new double[length];
    counts = new int[length];
  }

  /** The whole answer. */
  record Answer(Rows rows) {}

  /** Rows that are written without ever being objects. */
  final class Rows extends JsonSerializable.Base {
    private final int[] places;

    private Rows(int[] places) {
      this.places = places;
    }

    @Override
    public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
      json.writeStartArray();
      double previous = Double.NaN;
      long previousNumber = 0;
      for (int place : places) {
        json.writeStartObject();
        json.writeNumberField("bucket", numbers[place] * seconds);
        double value =
            isGauge
                ? values[place] / counts[place]
                : (values[place] - previous) / ((numbers[place] - previousNumber) * seconds);
        // The first of a counter, one after a reset, or a sum beyond all numbers.
        if (Double.isFinite(value) && (isGauge || value >= 0)) {
          json.writeNumberField("value", value);
        } else {
          json.writeNullField("value");
        }
        previous = values[place];
        previousNumber = numbers[place];
        json.writeEndObject();
      }
      json.writeEndArray();
    }

    @Override
    public void serializeWithType(
        JsonGenerator json, SerializerProvider provider, TypeSerializer types) throws IOException {
      serialize(json, provider);
    }
  }
}
