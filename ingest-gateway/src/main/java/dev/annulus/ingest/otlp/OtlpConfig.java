package dev.annulus.ingest.otlp;

import dev.annulus.service.config.Settings;

/**
 * Limits of OTLP requests beside those of every body.
 *
 * @param maxObjects messages and texts in one request; 413 beyond
 * @param maxMemory bytes that the requests being read may take together: 413 for one that is too
 *     large alone, 503 while others have it
 */
public record OtlpConfig(int maxObjects, long maxMemory) {
  /** Of the heap for requests being read. */
  private static final int HEAP_SHARE = 8;

  /** A million objects, an eighth of the heap. */
  public static final OtlpConfig DEFAULT =
      new OtlpConfig(1_000_000, Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  /** Reads {@code otlp.*}. */
  public static OtlpConfig from(Settings settings) {
    return new OtlpConfig(
        settings.number("otlp.max-objects", DEFAULT.maxObjects(), 1_000, 100_000_000),
        settings.bytes("otlp.max-memory", DEFAULT.maxMemory()));
  }
}
