package dev.annulus.ingest;

import dev.annulus.ingest.graphite.GraphiteConfig;
import dev.annulus.ingest.otlp.OtlpConfig;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.service.config.Settings;

/**
 * Settings of the protocols beyond {@link GatewayConfig}. All protocols, including the gateway's
 * own JSON, share the limits and the cached series.
 *
 * @param retention rings of series that do not specify one
 * @param rememberedBytes of cached series
 * @param limits of requests
 * @param graphite the Graphite listeners
 * @param otlp limits of OTLP requests
 */
public record ProtocolConfig(
    RetentionRules retention,
    long rememberedBytes,
    IngestLimits limits,
    GraphiteConfig graphite,
    OtlpConfig otlp) {

  /** Every protocol over HTTP, default rings, no rules, no Graphite. */
  public static final ProtocolConfig DEFAULT =
      new ProtocolConfig(
          RetentionRules.DEFAULT,
          rememberedBytes(Runtime.getRuntime().maxMemory()),
          IngestLimits.DEFAULT,
          GraphiteConfig.NONE,
          OtlpConfig.DEFAULT);

  /**
   * An eighth of a large heap, a sixteenth of a small one, where everything else needs a larger
   * share.
   */
  private static long rememberedBytes(long heap) {
    return Math.max(heap / 16, heap / 8 - (32L << 20));
  }

  /** Reads {@code ingest.*}, {@code graphite.*} and {@code otlp.*}. */
  public static ProtocolConfig from(Settings settings, SampleRules rules) {
    return new ProtocolConfig(
        RetentionRules.from(settings, rules),
        settings.bytes("ingest.max-remembered", DEFAULT.rememberedBytes()),
        IngestLimits.from(settings),
        GraphiteConfig.from(settings),
        OtlpConfig.from(settings));
  }

  /** The same with other limits for OTLP. */
  public ProtocolConfig withOtlp(OtlpConfig otlpLimits) {
    return new ProtocolConfig(retention, rememberedBytes, limits, graphite, otlpLimits);
  }

  /** The same with other rules. */
  public ProtocolConfig withRetention(RetentionRules rules) {
    return new ProtocolConfig(rules, rememberedBytes, limits, graphite, otlp);
  }

  /** The same with other limits of requests. */
  public ProtocolConfig withLimits(IngestLimits others) {
    return new ProtocolConfig(retention, rememberedBytes, others, graphite, otlp);
  }
}
