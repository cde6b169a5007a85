package dev.annulus.standalone;

import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.collector.CollectorConfig;
import dev.annulus.collector.HostCollector;
import dev.annulus.collector.OshiProbe;
import dev.annulus.embedded.EmbeddedStore;
import dev.annulus.ingest.BacklogLimit;
import dev.annulus.ingest.DiskLimit;
import dev.annulus.ingest.GatewayConfig;
import dev.annulus.ingest.KafkaSamplePublisher;
import dev.annulus.ingest.ProtocolRoutes;
import dev.annulus.ingest.SampleDataRoutes;
import dev.annulus.ingest.SamplePublisher;
import dev.annulus.kv.CountingEngine;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.query.QueryService;
import dev.annulus.query.http.KafkaIngestLog;
import dev.annulus.service.BuildInfo;
import dev.annulus.service.HealthChecks;
import dev.annulus.service.access.ApiToken;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.service.http.OperationsRoutes;
import dev.annulus.service.http.Routes;
import dev.annulus.sink.LocalRingSink;
import dev.annulus.sink.SharedStore;
import dev.annulus.sink.SinkConfig;
import dev.annulus.sink.StoreLocation;
import dev.annulus.sink.StoreProvider;
import dev.annulus.store.RingStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running standalone process. Thread-safe; {@link #close} stops everything in order. */
public final class Standalone implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);
  private static final String STORE_NAME = "standalone";
  private static final String DISK_CHECK = "disk";

  private final Parts parts = new Parts();
  private final StandaloneConfig config;
  private final PrometheusMeterRegistry metrics = parts.metrics();
  private final HealthChecks health = parts.health();
  private int httpPort;
  private int managementPort;
  private List<String> routes = List.of();
  private String bootstrapServers = "";

  private Standalone(StandaloneConfig config) {
    this.config = config;
  }

  /**
   * Starts everything and returns once samples can be written and read.
   *
   * @throws RuntimeException if a component cannot start; the others are stopped
   */
  public static Standalone start(StandaloneConfig config) {
    Standalone standalone = new Standalone(config);
    try {
      standalone.open();
      return standalone;
    } catch (RuntimeException | Error e) {
      standalone.close();
      throw e;
    }
  }

  /** The port of gateway, query service and UI. */
  public int httpPort() {
    return httpPort;
  }

  /** The port of the management listener; 0 if there is none. */
  public int managementPort() {
    return managementPort;
  }

  /** The routes of the HTTP server, such as {@code GET /metrics}. */
  List<String> routes() {
    return routes;
  }

  /** The address for Kafka producers. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** The data directory. */
  public Path dataDir() {
    return config.dataDir();
  }

  /** Completes with the fatal failure after which the process is useless. */
  public CompletableFuture<String> failure() {
    return health.failure();
  }

  @Override
  public void close() {
    parts.close();
  }

  /** Read from top to bottom: each component needs those above it. */
  private void open() {
    ApiToken.Created ownToken =
        ApiToken.create("internal.host-collector", EnumSet.of(Scope.INGEST), new SecureRandom());
    StartUp startUp =
        StartUp.listen(
            config.http().withAccess(config.http().access().withOneMore(ownToken.stored())), parts);

    DiskReserve disk = config.disk().bindTo(metrics);
    health.add(DISK_CHECK, disk::problem);

    startUp.next("opening the store");
    RingStore store = openStore();

    startUp.next("starting Kafka");
    EmbeddedBroker broker = opened(EmbeddedBroker.start(config.broker().withFull(disk::isLow)));
    parts.needs("the Kafka broker", broker.failure());
    parts.showBroker(broker);
    bootstrapServers = broker.bootstrapServers();
    broker.ensureTopics(topics());

    startUp.next("starting the Flink job, and getting ready for queries");
    SharedStore.put(STORE_NAME, store);
    opened(() -> SharedStore.remove(STORE_NAME));
    SinkConfig sinkConfig = config.sink().withBootstrapServers(bootstrapServers);
    CompletableFuture<LocalRingSink> starting =
        CompletableFuture.supplyAsync(
            () ->
                LocalRingSink.start(
                    sinkConfig, new SharedStore(STORE_NAME), FlinkMeters.into(metrics)));
    // From here on failures can occur before the start has completed.
    opened(() -> starting.exceptionally(e -> null).thenAccept(Standalone::stop).join());

    InstantSource clock = InstantSource.system();
    KafkaIngestLog log =
        opened(
            new KafkaIngestLog(
                bootstrapServers, sinkConfig.topic(), sinkConfig.rejectedTopic(), Map.of()));
    QueryService query =
        opened(
            new QueryService(config.query(), store, log, config.gateway().rules(), clock, metrics));
    query.warmUp();
    query.start();

    GatewayConfig gatewayConfig = config.gateway().withBootstrapServers(bootstrapServers);
    KafkaSamplePublisher publisher =
        opened(new KafkaSamplePublisher(gatewayConfig, Map.of(), metrics));
    LocalRingSink sink = starting.join();
    parts.needs("the sink", sink.failure());

    LogTrimmer trimmer = opened(trimmer(broker, store));

    addHealthChecks(broker, store, publisher, sink);
    List<Routes> served = new ArrayList<>(query.routes());
    SamplePublisher bounded =
        new DiskLimit(
            new BacklogLimit(
                publisher, trimmer::backlogBytes, config.logKeeping().maxBacklogBytes(), metrics),
            disk::isLow);
    served.addAll(
        ProtocolRoutes.all(
            gatewayConfig,
            config.protocols(),
            bounded,
            clock,
            metrics,
            series -> store.registry().find(series)));
    served.add(new SampleDataRoutes(bounded, clock));
    served.add(StartUp.operations(parts));
    HttpServer http = startUp.serve(served);
    httpPort = http.port();
    openGraphite(gatewayConfig, bounded, clock);
    this.routes = http.routes();
    config.management().ifPresent(this::startManagement);
    awaitReady();
    if (config.demo()) {
      StarterDashboards.putIfNone(store.dashboards());
      opened(collector(ownToken)).start();
      opened(new SelfMetrics(metrics, bounded, clock)).start();
    }
  }

  private static void stop(@Nullable LocalRingSink sink) {
    if (sink != null) {
      sink.close();
    }
  }

  private RingStore openStore() {
    StoreLocation shared = config.sharedStore();
    if (shared != null) {
      StoreProvider.Handle handle = opened(shared.open());
      parts.showStore(handle.stats());
      return handle.store();
    }
    EmbeddedEngine engine = opened(EmbeddedStore.open(config.engine()));
    parts.needs("the store", engine.failure());
    bindStoreMetrics(engine);
    CountingEngine counting = new CountingEngine(engine);
    parts.showStore(counting.stats());
    return opened(RingStore.open(counting, config.store()).join());
  }

  private void openGraphite(GatewayConfig gateway, SamplePublisher publisher, InstantSource clock) {
    ProtocolRoutes.graphite(gateway, config.protocols(), publisher, clock, metrics)
        .forEach(this::opened);
  }

  private <T extends AutoCloseable> T opened(T part) {
    return parts.open(part);
  }

  private List<TopicSpec> topics() {
    return List.of(
        TopicSpec.untilDeleted(config.sink().topic(), config.partitions()),
        TopicSpec.small(config.sink().rejectedTopic()));
  }

  private LogTrimmer trimmer(EmbeddedBroker broker, RingStore store) {
    String topic = config.sink().topic();
    return LogTrimmer.start(
        config.logKeeping(),
        new LogTrimmer.Log(bootstrapServers, topic, config.partitions(), config.sink().group()),
        store.positions(),
        partition -> broker.segments(topic, partition),
        metrics);
  }

  private void startManagement(HttpConfig address) {
    Routes operations = new OperationsRoutes(health, BuildInfo.load(), metrics, "/metrics");
    HttpServer server = opened(HttpServer.start(address, List.of(operations), metrics));
    managementPort = server.port();
    LOG.atInfo().addKeyValue("port", managementPort).log("management listener started");
  }

  private HostCollector collector(ApiToken.Created token) {
    String scheme = config.http().tls() == null ? "http" : "https";
    URI endpoint =
        URI.create(scheme + "://" + reachableHost() + ":" + httpPort + config.http().basePath());
    return new HostCollector(
        CollectorConfig.of(endpoint, OshiProbe.hostName()).withToken(token.secret()),
        new OshiProbe(Path.of("/")));
  }

  private String reachableHost() {
    String bind = config.http().host();
    return bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
  }

  private void addHealthChecks(
      EmbeddedBroker broker, RingStore store, KafkaSamplePublisher publisher, LocalRingSink sink) {
    health.add(
        "kafka",
        () ->
            broker.failure().isDone()
                ? Optional.of("the broker has failed")
                : Optional.ofNullable(publisher.problem()));
    parts.checkStore(store);
    health.add("ring-sink", sink::problem);
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + config.startTimeout().toNanos();
    while (true) {
      Map<String, Optional<String>> checks = health.run();
      // Reads work on a nearly full disk.
      checks.remove(DISK_CHECK);
      if (checks.values().stream().allMatch(Optional::isEmpty)) {
        return;
      }
      health
          .failed()
          .ifPresent(
              what -> {
                throw new IllegalStateException(what);
              });
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("not ready in time: " + checks);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    }
  }

  private void bindStoreMetrics(EmbeddedEngine engine) {
    Gauge.builder("annulus.store.used", engine, EmbeddedEngine::sizeBytes)
        .baseUnit("bytes")
        .description("Bytes of the embedded store on disk")
        .register(metrics);
    Gauge.builder("annulus.store.damaged", engine, one -> one.damage() == null ? 0 : 1)
        .description("Whether the write-ahead log was damaged when the store was opened")
        .register(metrics);
    Gauge.builder("annulus.store.limit", config.engine(), EmbeddedConfig::maxBytes)
        .baseUnit("bytes")
        .description("Limit of the embedded store on disk")
        .register(metrics);
  }
}
