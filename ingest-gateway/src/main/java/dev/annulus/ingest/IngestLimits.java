package dev.annulus.ingest;

import dev.annulus.service.config.Settings;

/**
 * What requests may take, whatever their protocol, beside the sizes of their bodies.
 *
 * @param maxBuffered bytes of heap that the requests being read, or waiting for Kafka, may take
 *     together: 413 for one that is too large alone, 503 while others have it
 * @param maxSamples in one request; 413 beyond
 * @param maxSeries in one request; 413 beyond
 */
public record IngestLimits(long maxBuffered, int maxSamples, int maxSeries) {
  /** Of the heap for requests being read. */
  private static final int HEAP_SHARE = 4;

  /** A quarter of the heap, a million samples of a hundred thousand series. */
  public static final IngestLimits DEFAULT =
      new IngestLimits(Runtime.getRuntime().maxMemory() / HEAP_SHARE, 1_000_000, 100_000);

  /** Reads {@code ingest.*}. */
  public static IngestLimits from(Settings settings) {
    return new IngestLimits(
        settings.bytes("ingest.max-buffered", DEFAULT.maxBuffered()),
        settings.number("ingest.max-samples", DEFAULT.maxSamples(), 1, 100_000_000),
        settings.number("ingest.max-series", DEFAULT.maxSeries(), 1, 100_000_000));
  }
}
