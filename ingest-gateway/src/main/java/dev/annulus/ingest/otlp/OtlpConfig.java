package dev.annulus.ingest.otlp;

import dev.annulus.service.config.Settings;

/**
 * Limits of OTLP requests besides those of every body.
 *
 * @param maxObjects messages and texts in one request; 413 beyond
 */
public record OtlpConfig(int maxObjects) {
  /** A million objects. */
  public static final OtlpConfig DEFAULT = new OtlpConfig(1_000_000);

  /** Reads {@code otlp.*}. */
  public static OtlpConfig from(Settings settings) {
    return new OtlpConfig(
        settings.number("otlp.max-objects", DEFAULT.maxObjects(), 1_000, 100_000_000));
  }
}
