package dev.annulus.ingest;

import dev.annulus.service.config.Settings;

/**
 * Limits of requests of any protocol, besides the sizes of their bodies.
 *
 * @param maxBuffered bytes of heap for all requests that are being read or wait for Kafka: 413 if
 *     one alone exceeds it, 503 while others occupy it
 * @param maxSamples in one request; 413 beyond
 * @param maxSeries in one request; 413 beyond
 */
public record IngestLimits(long maxBuffered, int maxSamples, int maxSeries) {
  /** Fraction of the heap for requests being read. */
  private static final int HEAP_SHARE = 4;

  /** A quarter of the heap, a million samples, a hundred thousand series. */
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
