package dev.annulus.ingest;

import dev.annulus.ingest.retention.RetentionRules;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.wire.LogPosition;
import dev.annulus.wire.MalformedRecordException;
import dev.annulus.wire.SampleJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /ingest/gauge} and {@code POST /ingest/counter}. */
final class IngestRoutes implements Routes {
  private final GatewayConfig config;
  private final LogWrites writes;
  private final InstantSource clock;
  private final IngestMemory memory;
  private final BodyReader bodies;
  private final EncodedSeriesCache known;
  private final DeclaredTypes types;

  /**
   * @param retention rings of series whose samples do not specify one
   * @param stored types of stored series
   */
  IngestRoutes(
      GatewayConfig config,
      RetentionRules retention,
      LogWrites writes,
      InstantSource clock,
      IngestMemory memory,
      RememberedBytes remembered,
      StoredTypes stored) {
    this.config = config;
    this.writes = writes;
    this.clock = clock;
    this.memory = memory;
    this.bodies = new BodyReader(config.maxBodyBytes(), config.maxDecodedBytes());
    this.types = new DeclaredTypes(stored, remembered);
    this.known =
        new EncodedSeriesCache(
            remembered,
            said -> {
              SeriesSpec spec = retention.apply(Source.JSON, said);
              config.rules().checkSeries(spec);
              return spec;
            });
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/ingest/gauge", ctx -> ingest(ctx, MetricType.GAUGE), Scope.INGEST);
    routes.post("/ingest/counter", ctx -> ingest(ctx, MetricType.COUNTER), Scope.INGEST);
  }

  private void ingest(Context ctx, MetricType type) {
    try (IngestMemory.Allowance allowance = memory.open()) {
      Collector samples;
      try {
        requireJson(ctx);
        samples = parse(ctx, type, allowance);
        types.check(samples.toCheck);
      } catch (RuntimeException e) {
        writes.refused(e);
        throw e;
      }
      writes.answerAfter(ctx, samples.batch, position -> ctx.json(answer(samples, position)));
    }
  }

  private static Map<String, Object> answer(Collector samples, @Nullable LogPosition position) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", "ok");
    Sample last = samples.last;
    if (samples.batch.size() == 1 && last != null) {
      answer.put("metric_id", last.series().metricId());
      answer.put("timestamp", Times.seconds(last.tsMillis()));
      answer.put("timestamp_ms", last.tsMillis());
    }
    answer.put("count", samples.batch.size());
    answer.put("token", position == null ? null : position.token());
    return answer;
  }

  private static void requireJson(Context ctx) {
    String type = ctx.header("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    switch (media) {
      case "", "application/json", "application/x-ndjson", "application/ndjson", "text/json" -> {}
      default ->
          throw Problem.of(
                  415,
                  "unsupported_media_type",
                  "Content-Type must be application/json or application/x-ndjson, got "
                      + media
                      + ".")
              .toException();
    }
  }

  private Collector parse(Context ctx, MetricType type, IngestMemory.Allowance allowance) {
    Collector collector = new Collector(new SampleBatch(allowance), clock.millis());
    try (InputStream body = bodies.open(ctx)) {
      SampleJson.read(body, type, collector);
    } catch (MalformedRecordException e) {
      throw Problem.badRequest(sentence(String.valueOf(e.getMessage()))).toException();
    } catch (IOException | UncheckedIOException e) {
      throw Problem.badRequest("The body cannot be read: its encoding is damaged.").toException();
    }
    if (collector.batch.size() == 0) {
      throw Problem.badRequest("The body holds no samples.").toException();
    }
    return collector;
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  /** Reads the samples of one body; the first invalid one fails the request. */
  private final class Collector implements SampleJson.Handler {
    private final SampleBatch batch;
    private final List<DeclaredTypes.Candidate> toCheck = new ArrayList<>();
    private final Set<EncodedSeriesCache.Known> seen =
        Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Sample last;
    private final long nowMillis;
    private final long nowNanos = System.nanoTime();

    Collector(SampleBatch batch, long nowMillis) {
      this.batch = batch;
      this.nowMillis = nowMillis;
    }

    @Override
    public int maxTags() {
      return config.rules().maxTags();
    }

    @Override
    public void sample(int index, Sample sample) {
      if (index >= config.maxBatch()) {
        throw Problem.of(
                413,
                "batch_too_large",
                "A request may hold at most " + config.maxBatch() + " samples (ingest.max-batch).")
            .toException();
      }
      try {
        config.rules().checkTimestamp(sample.tsMillis(), nowMillis);
        config.rules().checkFinite(sample.series(), sample.value());
        EncodedSeriesCache.Known series = known.get(sample.series());
        if (types.mustCheck(series, nowNanos) && seen.add(series)) {
          toCheck.add(new DeclaredTypes.Candidate(index, sample.series(), series));
        }
        batch.add(series.series(), sample.tsMillis(), sample.value());
        last = sample;
      } catch (InvalidSampleException e) {
        invalid(index, e);
      }
    }

    @Override
    public void invalid(int index, InvalidSampleException problem) {
      throw Problem.of(400, "invalid_sample", "Sample " + index + ": " + problem.describe() + ".")
          .with("index", index)
          .with("field", problem.field())
          .toException();
    }
  }
}
