package dev.annulus.sink;

import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.Tag;

/** Estimates the heap of decoded samples, on the high side. */
final class SampleHeap {
  /** The objects of a series and around it, without its strings. */
  private static final int SERIES = 256;

  /** The objects of a tag, without its strings. */
  private static final int TAG = 136;

  private static final int CHARACTER = 2;

  private SampleHeap() {}

  /** Bytes. */
  static long of(SeriesSamples samples) {
    long bytes = SERIES + 2L * Long.BYTES * samples.size();
    SeriesKey key = samples.series().key();
    if (key == null) {
      return bytes; // a metric given by its id
    }
    bytes += (long) CHARACTER * key.name().length();
    for (Tag tag : key.tags()) {
      bytes += TAG + (long) CHARACTER * (tag.key().length() + tag.value().length());
    }
    return bytes;
  }
}
