package dev.annulus.query.prometheus;

import dev.annulus.store.RingReader;
import dev.annulus.store.RingSlice;
import dev.annulus.store.RingStore;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the samples of one series by milliseconds. The only place here that knows which unit of
 * time the store's reader has. Thread-safe.
 */
final class SampleReader {
  private static final long MILLIS = 1_000;

  private final RingReader rings;

  SampleReader(RingStore store) {
    this.rings = store.rings();
  }

  /**
   * Samples in columns, by ascending and distinct time.
   *
   * @param times milliseconds since 1970
   * @param size how many elements of the arrays count
   */
  @SuppressWarnings("ArrayRecordComponent") // columns for scanning, never compared
  record Samples(long[] times, double[] values, int size) {}

  /**
   * The samples of a metric, both bounds inclusive.
   *
   * @param progress called on the completing thread after each step; an exception ends the scan and
   *     fails the future
   */
  CompletableFuture<Samples> read(
      long metricId, long fromMillis, long toMillis, RingReader.Progress progress) {
    long from = -Math.floorDiv(-fromMillis, MILLIS);
    long to = Math.floorDiv(toMillis, MILLIS);
    return rings.scan(metricId, from, to, progress).thenApply(SampleReader::inMillis);
  }

  private static Samples inMillis(RingSlice slice) {
    long[] times = new long[slice.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = slice.timestamps()[i] * MILLIS;
    }
    return new Samples(times, slice.values(), slice.size());
  }
}
