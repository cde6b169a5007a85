package dev.annulus.ingest;

import dev.annulus.model.InvalidSampleException;
import dev.annulus.model.MetricType;
import dev.annulus.model.Sample;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemException;
import dev.annulus.service.http.Routes;
import dev.annulus.wire.LogPosition;
import dev.annulus.wire.MalformedRecordException;
import dev.annulus.wire.SampleJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** {@code POST /ingest/gauge} and {@code POST /ingest/counter}. */
public final class IngestRoutes implements Routes {
  private final GatewayConfig config;
  private final SamplePublisher publisher;
  private final InstantSource clock;
  private final BodyReader bodies;
  private final Counter accepted;
  private final MeterRegistry metrics;

  public IngestRoutes(
      GatewayConfig config, SamplePublisher publisher, InstantSource clock, MeterRegistry metrics) {
    this.config = config;
    this.publisher = publisher;
    this.clock = clock;
    this.bodies = new BodyReader(config.maxBodyBytes(), config.maxDecodedBytes());
    this.metrics = metrics;
    this.accepted =
        Counter.builder("annulus.ingest.samples")
            .description("Samples acknowledged by Kafka")
            .register(metrics);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/ingest/gauge", ctx -> ingest(ctx, MetricType.GAUGE), Scope.INGEST);
    routes.post("/ingest/counter", ctx -> ingest(ctx, MetricType.COUNTER), Scope.INGEST);
  }

  private void ingest(Context ctx, MetricType type) {
    List<Sample> samples;
    try {
      requireJson(ctx);
      samples = parse(ctx, type);
    } catch (RuntimeException e) {
      refused(e);
      throw e;
    }
    ctx.future(
        () ->
            publisher
                .publish(SampleBatches.bySeries(samples))
                .thenAccept(
                    position -> {
                      accepted.increment(samples.size());
                      ctx.json(answer(samples, position));
                    })
                .exceptionally(
                    failure -> {
                      RuntimeException problem = problemOf(failure);
                      refused(problem);
                      throw problem;
                    }));
  }

  private void refused(RuntimeException failure) {
    String reason = failure instanceof ProblemException known ? known.problem().code() : "error";
    Counter.builder("annulus.ingest.refused.requests")
        .description("Requests refused, by the code of the answer")
        .tag("reason", reason)
        .register(metrics)
        .increment();
  }

  static RuntimeException problemOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LogUnavailableException away) {
      return Problem.unavailable(away.code(), String.valueOf(away.getMessage()), away.retryAfter())
          .toException();
    }
    return new CompletionException(cause);
  }

  private static Map<String, Object> answer(List<Sample> samples, LogPosition position) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", "ok");
    if (samples.size() == 1) {
      answer.put("metric_id", samples.get(0).series().metricId());
      answer.put("timestamp", samples.get(0).ts());
    }
    answer.put("count", samples.size());
    answer.put("token", position.token());
    return answer;
  }

  private static void requireJson(Context ctx) {
    String type = ctx.contentType();
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

  private List<Sample> parse(Context ctx, MetricType type) {
    Collector collector = new Collector(type, clock.instant().getEpochSecond());
    try (InputStream body = bodies.open(ctx)) {
      SampleJson.read(body, type, collector);
    } catch (MalformedRecordException e) {
      throw Problem.badRequest(sentence(String.valueOf(e.getMessage()))).toException();
    } catch (IOException | UncheckedIOException e) {
      throw Problem.badRequest("The body cannot be read: its encoding is damaged.").toException();
    }
    if (collector.samples.isEmpty()) {
      throw Problem.badRequest("The body holds no samples.").toException();
    }
    return collector.samples;
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  /** Takes the samples of one body; the first bad one ends the request. */
  private final class Collector implements SampleJson.Handler {
    private final List<Sample> samples = new ArrayList<>();
    private final String valueField;
    private final long now;

    Collector(MetricType type, long now) {
      this.valueField = type == MetricType.COUNTER ? "raw_value" : "value";
      this.now = now;
    }

    @Override
    public void sample(int index, Sample sample) {
      if (index >= config.maxBatch()) {
        throw Problem.of(
                413,
                "batch_too_large",
                "A request may hold at most " + config.maxBatch() + " samples.")
            .toException();
      }
      try {
        config.rules().checkSeries(sample.series());
        config.rules().checkTimestamp(sample.ts(), now);
        config.rules().checkValue(valueField, sample.value());
      } catch (InvalidSampleException e) {
        invalid(index, e);
      }
      samples.add(sample);
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
