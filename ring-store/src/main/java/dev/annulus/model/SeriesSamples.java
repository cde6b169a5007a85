package dev.annulus.model;

/**
 * Samples of one series, column by column. The arrays are not copied: whoever builds one hands them
 * over and changes them no more.
 *
 * @param series whose they are
 * @param timestamps in the order of arrival, in the unit of the series' {@link Temporality}: epoch
 *     seconds but for increments by nanosecond
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
        sample.series(), new long[] {sample.ts()}, new double[] {sample.value()});
  }

  /** The epoch second of sample {@code i}. */
  public long second(int i) {
    return series.temporality().second(timestamps[i]);
  }

  /** How many samples. */
  public int size() {
    return timestamps.length;
  }
}
