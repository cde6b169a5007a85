package dev.annulus.ingest;

import dev.annulus.ingest.graphite.GraphiteConfig;
import dev.annulus.ingest.otlp.OtlpConfig;
import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.service.config.Settings;

/**
 * What the protocols need beside {@link GatewayConfig}; of it the gateway's own JSON needs the
 * rules and the series kept in memory.
 *
 * @param retention rings of series that do not ask for one
 * @param rememberedSeries each protocol keeps in memory, about 1 KB each
 * @param maxBufferedBytes of bodies being read at once; beyond it requests are refused with 503
 * @param graphite where Graphite's protocols are taken
 * @param otlp limits of OTLP requests
 */
public record ProtocolConfig(
    RetentionRules retention,
    int rememberedSeries,
    long maxBufferedBytes,
    GraphiteConfig graphite,
    OtlpConfig otlp) {

  /** Every protocol over HTTP, default rings, no rules, no Graphite. */
  public static final ProtocolConfig DEFAULT =
      new ProtocolConfig(
          RetentionRules.DEFAULT, 200_000, 256L << 20, GraphiteConfig.NONE, OtlpConfig.DEFAULT);

  /** Reads {@code ingest.*}, {@code graphite.*} and {@code otlp.*}. */
  public static ProtocolConfig from(Settings settings, SampleRules rules) {
    return new ProtocolConfig(
        RetentionRules.from(settings, rules),
        settings.number("ingest.remembered-series", DEFAULT.rememberedSeries(), 1_000, 100_000_000),
        settings.bytes("ingest.max-buffered", DEFAULT.maxBufferedBytes()),
        GraphiteConfig.from(settings),
        OtlpConfig.from(settings));
  }

  /** The same with other limits for OTLP. */
  public ProtocolConfig withOtlp(OtlpConfig limits) {
    return new ProtocolConfig(retention, rememberedSeries, maxBufferedBytes, graphite, limits);
  }

  /** The same with other rules. */
  public ProtocolConfig withRetention(RetentionRules rules) {
    return new ProtocolConfig(rules, rememberedSeries, maxBufferedBytes, graphite, otlp);
  }
}
