package dev.annulus.query.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.broker.BrokerConfig;
import dev.annulus.broker.EmbeddedBroker;
import dev.annulus.broker.TopicSpec;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SampleRules;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.query.QueryConfig;
import dev.annulus.query.QueryService;
import dev.annulus.query.dashboards.DashboardFolder;
import dev.annulus.query.exec.ReadLimits;
import dev.annulus.query.jdbc.JdbcLimits;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.service.http.HttpConfig;
import dev.annulus.service.http.HttpServer;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingStore;
import dev.annulus.store.RingWriter;
import dev.annulus.store.StoreConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A query service on a real store and a real broker, and short words for using it. */
final class QueryServiceFixture implements AutoCloseable {
  final EmbeddedBroker broker;
  final RingStore store;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final EmbeddedEngine engine;
  private final KafkaIngestLog log;
  private final QueryService service;
  private final HttpServer server;
  private final RingWriter writer;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private long offset;

  /** The usual configuration with some other limits. */
  static QueryConfig config(SqlLimits limits, ReadLimits reads, AnswerLimits answers) {
    return new QueryConfig(
        limits, reads, answers, Duration.ofMillis(500), JdbcLimits.DEFAULT, DashboardFolder.NONE);
  }

  /** Two queries at once, four in the queue, and results of 20 MB. */
  static QueryServiceFixture withFewQueries(Path directory) {
    SqlLimits limits = SqlLimits.DEFAULT.withResultBytes(20_000_000);
    return new QueryServiceFixture(
        directory, new QueryConfig(limits, 2, 4, Duration.ofMillis(500), JdbcLimits.DEFAULT));
  }

  QueryServiceFixture(Path directory, QueryConfig config) {
    this(directory, config, InstantSource.system());
  }

  QueryServiceFixture(Path directory, QueryConfig config, InstantSource clock) {
    broker = EmbeddedBroker.start(BrokerConfig.in(directory.resolve("kafka")));
    broker.ensureTopics(List.of(TopicSpec.of("samples", 2), TopicSpec.of("rejected", 1)));
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("store")));
    store = RingStore.open(engine, StoreConfig.DEFAULT).join();
    writer = store.newWriter();
    log = new KafkaIngestLog(broker.bootstrapServers(), "samples", "rejected", Map.of());
    service = new QueryService(config, store, log, SampleRules.DEFAULT, clock, metrics);
    service.warmUp();
    server = HttpServer.start(HttpConfig.on("127.0.0.1", 0), service.routes(), metrics);
  }

  int port() {
    return server.port();
  }

  /** Writes samples as the sink does, ts in seconds; gives the offset after them in partition 0. */
  long write(SeriesSpec spec, double... tsAndValues) {
    long[] timestamps = new long[tsAndValues.length / 2];
    double[] values = new double[timestamps.length];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = Math.round(Times.PER_SECOND * tsAndValues[2 * i]);
      values[i] = tsAndValues[2 * i + 1];
    }
    SeriesSamples samples = new SeriesSamples(spec, timestamps, values);
    List<LoggedSamples> batch = List.of(new LoggedSamples(samples, 0, offset, 0, true));
    writer.write(batch, Map.of(0, ++offset)).join();
    return offset;
  }

  static SeriesSpec gauge(String name, Map<String, String> tags) {
    return SeriesSpec.of(SeriesKey.of(name, tags), MetricType.GAUGE);
  }

  static SeriesSpec counter(String name) {
    return SeriesSpec.of(SeriesKey.of(name), MetricType.COUNTER);
  }

  long id(SeriesSpec spec) {
    return store.registry().find(spec.keyOrDefault()).join().orElseThrow().id();
  }

  JsonNode getJson(String path) throws IOException, InterruptedException {
    return json.readTree(get(path).body());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  JsonNode postJson(String path, String body) throws IOException, InterruptedException {
    return json.readTree(post(path, body).body());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, body, headers);
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> query(String sql) throws IOException, InterruptedException {
    return post("/query", json.writeValueAsString(Map.of("sql", sql)));
  }

  JsonNode rows(String sql) throws IOException, InterruptedException {
    return json.readTree(query(sql).body()).get("rows");
  }

  JsonNode parse(String body) throws IOException {
    return json.readTree(body);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<byte[]> sendForBytes(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    server.close();
    service.close();
    log.close();
    engine.close();
    broker.close();
  }
}
