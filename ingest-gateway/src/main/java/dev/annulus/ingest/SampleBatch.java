package dev.annulus.ingest;

import dev.annulus.model.SeriesSamples;
import dev.annulus.wire.EncodedSeries;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one request in order of arrival, read series by series. Flat arrays, because a
 * typical body has one sample for each of ten thousand series. Not thread-safe.
 */
public final class SampleBatch {
  /** A sample is held in columns twice, once ordered by series, and in a record. */
  private static final int SAMPLE_BYTES = 64;

  private EncodedSeries[] series = new EncodedSeries[16];
  private int seriesCount;
  private int[] places = new int[64];
  private int[] seriesOf = new int[16];
  private long[] timestamps = new long[16];
  private double[] values = new double[16];
  private int size;
  private Sender sender = Sender.NOBODY;
  private final IngestMemory.@Nullable Allowance allowance;

  /**
   * Who sent the samples, and how.
   *
   * @param token name of the token that authorized them; empty for none
   * @param source label of the protocol; empty if unknown
   */
  record Sender(String token, String source) {
    static final Sender NOBODY = new Sender("", "");
  }

  /** Visits samples series by series. */
  public interface Visitor {
    /** The samples {@code [from, to)} of one series, in the order they were added. */
    void series(EncodedSeries series, long[] timestamps, double[] values, int from, int to);
  }

  /** A batch without limits. */
  public SampleBatch() {
    this(null);
  }

  /**
   * A batch of one request.
   *
   * @param allowance that samples and series count towards; null for none
   */
  public SampleBatch(IngestMemory.@Nullable Allowance allowance) {
    this.allowance = allowance;
  }

  /** A batch of samples that are already in columns. */
  public static SampleBatch of(List<SeriesSamples> columns) {
    SampleBatch batch = new SampleBatch();
    for (SeriesSamples samples : columns) {
      EncodedSeries series = EncodedSeries.of(samples.series());
      for (int i = 0; i < samples.size(); i++) {
        batch.add(series, samples.timestamps()[i], samples.values()[i]);
      }
    }
    return batch;
  }

  /**
   * Adds a sample.
   *
   * @param ts epoch milliseconds; epoch nanoseconds for a series of {@link
   *     dev.annulus.model.Temporality#DELTA_NANOS}
   */
  public void add(EncodedSeries of, long ts, double value) {
    if (allowance != null) {
      allowance.requireSamples(size + 1);
    }
    if (size == seriesOf.length) {
      if (allowance != null) {
        allowance.take((long) SAMPLE_BYTES * size);
      }
      seriesOf = Arrays.copyOf(seriesOf, 2 * size);
      timestamps = Arrays.copyOf(timestamps, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    seriesOf[size] = indexOf(of);
    timestamps[size] = ts;
    values[size++] = value;
  }

  /** Adds all samples of another batch, in their order. */
  void addAll(SampleBatch other) {
    for (int i = 0; i < other.size; i++) {
      add(other.series[other.seriesOf[i]], other.timestamps[i], other.values[i]);
    }
  }

  /** Sets the sender. */
  void sentBy(Sender who) {
    sender = who;
  }

  /** Who sent the samples. */
  Sender sender() {
    return sender;
  }

  /** What the samples count towards; null for no limits. */
  IngestMemory.@Nullable Allowance allowance() {
    return allowance;
  }

  /** The number of samples. */
  public int size() {
    return size;
  }

  /** Drops the newest samples, back to an earlier size. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** Visits every series that has samples, in the order of their first samples. */
  public void forEachSeries(Visitor visitor) {
    int[] ends = new int[seriesCount + 1];
    for (int i = 0; i < size; i++) {
      ends[seriesOf[i] + 1]++;
    }
    for (int i = 0; i < seriesCount; i++) {
      ends[i + 1] += ends[i];
    }
    long[] sortedTimestamps = new long[size];
    double[] sortedValues = new double[size];
    int[] next = Arrays.copyOf(ends, seriesCount);
    for (int i = 0; i < size; i++) {
      int place = next[seriesOf[i]]++;
      sortedTimestamps[place] = timestamps[i];
      sortedValues[place] = values[i];
    }
    for (int i = 0; i < seriesCount; i++) {
      if (ends[i] < ends[i + 1]) {
        visitor.series(series[i], sortedTimestamps, sortedValues, ends[i], ends[i + 1]);
      }
    }
  }

  /** The index of a series in {@link #series}; an open-addressing table finds it again. */
  private int indexOf(EncodedSeries of) {
    if (size > 0 && series[seriesOf[size - 1]].equals(of)) {
      return seriesOf[size - 1];
    }
    int mask = places.length - 1;
    int place = of.hashCode() & mask;
    while (places[place] != 0) {
      int index = places[place] - 1;
      if (series[index].equals(of)) {
        return index;
      }
      place = (place + 1) & mask;
    }
    return append(of, place);
  }

  private int append(EncodedSeries of, int place) {
    if (allowance != null) {
      allowance.requireSeries(seriesCount + 1);
      allowance.take(of.heapBytes());
    }
    if (seriesCount == series.length) {
      series = Arrays.copyOf(series, 2 * seriesCount);
    }
    series[seriesCount++] = of;
    places[place] = seriesCount;
    if (2 * seriesCount > places.length) {
      places = new int[4 * places.length];
      for (int i = 0; i < seriesCount; i++) {
        int free = series[i].hashCode() & (places.length - 1);
        while (places[free] != 0) {
          free = (free + 1) & (places.length - 1);
        }
        places[free] = i + 1;
      }
    }
    return seriesCount - 1;
  }
}
