package dev.annulus.ingest;

import dev.annulus.ingest.collectd.CollectdRoutes;
import dev.annulus.ingest.graphite.GraphiteIntake;
import dev.annulus.ingest.graphite.GraphiteListener;
import dev.annulus.ingest.influx.InfluxRoutes;
import dev.annulus.ingest.otlp.OtlpRoutes;
import dev.annulus.ingest.prometheus.PrometheusRoutes;
import dev.annulus.service.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;

/** The gateway's whole interface: its own JSON and the protocols others send. */
public final class ProtocolRoutes {
  /** A body that is read as a tree takes several times its size in memory. */
  private static final int MAX_TREE_BYTES = 16 << 20;

  private ProtocolRoutes() {}

  /** All routes; they share the publisher and the memory for bodies. */
  public static List<Routes> all(
      GatewayConfig config,
      ProtocolConfig protocols,
      SamplePublisher publisher,
      InstantSource clock,
      MeterRegistry metrics) {
    BodyBuffers bodies =
        new BodyBuffers(
            new BodyReader(config.maxBodyBytes(), config.maxDecodedBytes()),
            protocols.maxBufferedBytes());
    BodyBuffers trees =
        new BodyBuffers(
            new BodyReader(
                config.maxBodyBytes(), Math.min(config.maxDecodedBytes(), MAX_TREE_BYTES)),
            protocols.maxBufferedBytes() / 4);
    return List.of(
        new IngestRoutes(config, protocols, publisher, clock, metrics),
        new InfluxRoutes(
            bodies,
            new SeriesIntake(Source.INFLUX, config.rules(), protocols.retention()),
            new LogWrites(Source.INFLUX, publisher, metrics),
            clock,
            protocols.rememberedSeries()),
        new PrometheusRoutes(
            bodies,
            new SeriesIntake(Source.PROMETHEUS, config.rules(), protocols.retention()),
            new LogWrites(Source.PROMETHEUS, publisher, metrics),
            clock,
            protocols.rememberedSeries()),
        new CollectdRoutes(
            bodies,
            new SeriesIntake(Source.COLLECTD, config.rules(), protocols.retention()),
            new LogWrites(Source.COLLECTD, publisher, metrics),
            clock),
        new OtlpRoutes(
            trees,
            protocols.otlp(),
            new SeriesIntake(Source.OTLP, config.rules(), protocols.retention()),
            new LogWrites(Source.OTLP, publisher, metrics),
            clock,
            metrics));
  }

  /** Starts the Graphite listeners that are configured; closes what it has started if one fails. */
  public static List<GraphiteListener> graphite(
      GatewayConfig config,
      ProtocolConfig protocols,
      SamplePublisher publisher,
      InstantSource clock,
      MeterRegistry metrics) {
    GraphiteIntake intake =
        new GraphiteIntake(
            new SeriesIntake(Source.GRAPHITE, config.rules(), protocols.retention()),
            new LogWrites(Source.GRAPHITE, publisher, metrics),
            clock,
            protocols.rememberedSeries());
    return GraphiteListener.all(protocols.graphite(), intake);
  }
}
