package dev.annulus.model;

/**
 * Samples of one series, in columns. The arrays are not copied and must not change.
 *
 * @param series their series
 * @param timestamps in arrival order, in the unit of the series' {@link Temporality}: epoch
 *     milliseconds, or nanoseconds for {@link Temporality#DELTA_NANOS}
 * @param values as long as {@code timestamps}
 */
@SuppressWarnings("ArrayRecordComponent") // columns of the hot path; identity is never compared
public record SeriesSamples(SeriesSpec series, long[] timestamps, double[] values) {

  public SeriesSamples {
    if (timestamps.length != values.length) {
      throw new IllegalArgumentException(
          timestamps.length + " timestamps but " + values.length + " values");
    }
  }

  /** A single sample. */
  public static SeriesSamples of(Sample sample) {
    return new SeriesSamples(
        sample.series(), new long[] {sample.tsMillis()}, new double[] {sample.value()});
  }

  /** The epoch millisecond of sample {@code i}. */
  public long millis(int i) {
    return series.temporality().millis(timestamps[i]);
  }

  /** How many samples. */
  public int size() {
    return timestamps.length;
  }
}
