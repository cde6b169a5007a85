package dev.annulus.ingest;

import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.SampleRules;
import dev.annulus.service.config.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the protocols need beside {@link GatewayConfig}; of it the gateway's own JSON needs the
 * rules and the series kept in memory.
 *
 * @param retention rings of series that do not ask for one
 * @param rememberedSeries each protocol keeps in memory, about 1 KB each
 * @param maxBufferedBytes of bodies being read at once; beyond it requests are refused with 503
 * @param graphiteBind address of the Graphite listener
 * @param graphitePort of it; 0 for any free one, null for no listener
 * @param graphiteConnections at most, open at once
 */
public record ProtocolConfig(
    RetentionRules retention,
    int rememberedSeries,
    long maxBufferedBytes,
    String graphiteBind,
    @Nullable Integer graphitePort,
    int graphiteConnections) {

  /** Every protocol over HTTP, no rules, no Graphite. */
  public static final ProtocolConfig DEFAULT =
      new ProtocolConfig(RetentionRules.NONE, 200_000, 256L << 20, "127.0.0.1", null, 64);

  /** Reads {@code ingest.*} and {@code graphite.*}. */
  public static ProtocolConfig from(Settings settings, SampleRules rules) {
    String file = settings.textOrNull("ingest.retention-rules");
    int port = settings.number("graphite.port", -1, -1, 65_535);
    return new ProtocolConfig(
        file == null ? RetentionRules.NONE : RetentionRules.read(Path.of(file), rules),
        settings.number("ingest.remembered-series", DEFAULT.rememberedSeries(), 1_000, 100_000_000),
        settings.bytes("ingest.max-buffered", DEFAULT.maxBufferedBytes()),
        settings.text("graphite.bind", DEFAULT.graphiteBind()),
        port < 0 ? null : port,
        settings.number("graphite.max-connections", DEFAULT.graphiteConnections(), 1, 10_000));
  }

  /** The same with other rules. */
  public ProtocolConfig withRetention(RetentionRules rules) {
    return new ProtocolConfig(
        rules, rememberedSeries, maxBufferedBytes, graphiteBind, graphitePort, graphiteConnections);
  }
}
