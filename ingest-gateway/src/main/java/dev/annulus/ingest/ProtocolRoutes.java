package dev.annulus.ingest;

import dev.annulus.ingest.collectd.CollectdRoutes;
import dev.annulus.ingest.graphite.GraphiteIntake;
import dev.annulus.ingest.graphite.GraphiteListener;
import dev.annulus.ingest.influx.InfluxRoutes;
import dev.annulus.ingest.otlp.OtlpRoutes;
import dev.annulus.ingest.prometheus.PrometheusRoutes;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The gateway's whole interface: its own JSON and the protocols others send. */
public final class ProtocolRoutes {
  /** A body that is parsed into a tree takes several times its size in memory. */
  private static final int MAX_TREE_BYTES = 16 << 20;

  /** Graphite's fraction of the memory for requests. */
  private static final int GRAPHITE_SHARE = 4;

  private ProtocolRoutes() {}

  /** Fraction of the memory for requests that idle buffers may occupy. */
  private static final int KEPT_SHARE = 16;

  /** All routes of a gateway without access to the store. */
  public static List<Routes> all(
      GatewayConfig config,
      ProtocolConfig protocols,
      SamplePublisher publisher,
      InstantSource clock,
      MeterRegistry metrics) {
    return all(config, protocols, publisher, clock, metrics, StoredTypes.NONE);
  }

  /** All routes; they share the publisher and the memory for requests. */
  public static List<Routes> all(
      GatewayConfig config,
      ProtocolConfig protocols,
      SamplePublisher publisher,
      InstantSource clock,
      MeterRegistry metrics,
      StoredTypes stored) {
    IngestMemory memory = new IngestMemory(protocols.limits(), metrics);
    RememberedBytes remembered = new RememberedBytes(protocols.rememberedBytes());
    long kept = protocols.limits().maxBuffered() / KEPT_SHARE;
    BodyBuffers bodies =
        new BodyBuffers(new BodyReader(config.maxBodyBytes(), config.maxDecodedBytes()), kept);
    BodyBuffers trees =
        new BodyBuffers(
            new BodyReader(
                config.maxBodyBytes(), Math.min(config.maxDecodedBytes(), MAX_TREE_BYTES)),
            kept);
    return List.of(
        new IngestRoutes(
            config,
            protocols.retention(),
            new LogWrites(Source.JSON, publisher, metrics),
            clock,
            memory,
            remembered,
            stored),
        new InfluxRoutes(
            memory,
            bodies,
            new SeriesIntake(Source.INFLUX, config.rules(), protocols.retention()),
            new LogWrites(Source.INFLUX, publisher, metrics),
            clock,
            remembered),
        new PrometheusRoutes(
            memory,
            bodies,
            new SeriesIntake(Source.PROMETHEUS, config.rules(), protocols.retention()),
            new LogWrites(Source.PROMETHEUS, publisher, metrics),
            clock,
            remembered),
        new CollectdRoutes(
            memory,
            bodies,
            new SeriesIntake(Source.COLLECTD, config.rules(), protocols.retention()),
            new LogWrites(Source.COLLECTD, publisher, metrics),
            clock),
        new OtlpRoutes(
            memory,
            trees,
            protocols.otlp(),
            new SeriesIntake(Source.OTLP, config.rules(), protocols.retention()),
            new LogWrites(Source.OTLP, publisher, metrics),
            clock));
  }

  /** How to write problems, by path; also for responses before the routes exist. */
  public static Map<String, ProblemFormat> problemFormats() {
    Map<String, ProblemFormat> formats = new HashMap<>(InfluxRoutes.PROBLEM_FORMATS);
    formats.putAll(OtlpRoutes.PROBLEM_FORMATS);
    return formats;
  }

  /** Starts the configured Graphite listeners; if one fails, closes those it has started. */
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
            new RememberedBytes(protocols.rememberedBytes() / GRAPHITE_SHARE),
            protocols.limits().maxBuffered() / GRAPHITE_SHARE);
    return GraphiteListener.all(protocols.graphite(), intake);
  }
}
