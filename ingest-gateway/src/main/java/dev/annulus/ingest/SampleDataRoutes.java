package dev.annulus.ingest;

import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.AnswerThreads;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/**
 * {@code POST /demo/load}: writes six hours of synthetic samples, so that an empty database has
 * something to show. A second call continues the same metrics.
 */
public final class SampleDataRoutes implements Routes {
  private static final int STEP = 10;
  private static final RingGeometry DAY = RingGeometry.ofSeconds(STEP, 24 * 3600 / STEP);
  private static final long HOURS_6 = 6 * 3600;
  private static final double DAY_SECONDS = 86_400;

  private final SamplePublisher publisher;
  private final InstantSource clock;

  public SampleDataRoutes(SamplePublisher publisher, InstantSource clock) {
    this.publisher = publisher;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/demo/load", this::load, Scope.INGEST);
  }

  private void load(Context ctx) {
    List<SeriesSamples> data = data(clock.instant().getEpochSecond());
    ctx.future(
        () ->
            publisher
                .publish(SampleBatch.of(data))
                .thenAcceptAsync(
                    position -> {
                      Map<String, Object> answer = new LinkedHashMap<>();
                      answer.put("status", "ok");
                      answer.put("metrics", data.size());
                      answer.put("samples", data.stream().mapToInt(SeriesSamples::size).sum());
                      answer.put("token", position.token());
                      ctx.json(answer);
                    },
                    AnswerThreads.of(ctx))
                .exceptionally(
                    failure -> {
                      throw LogWrites.problemOf(failure);
                    }));
  }

  /** The last six hours up to {@code now}, epoch seconds; a value depends only on its time. */
  private static List<SeriesSamples> data(long now) {
    long last = now - now % STEP;
    List<SeriesSamples> data = new ArrayList<>();
    String[] rooms = {"kitchen", "office", "attic"};
    for (int i = 0; i < rooms.length; i++) {
      double base = 19 + 1.5 * i;
      double swing = 2 + i;
      double phase = 0.4 * i;
      double flutter = i;
      data.add(
          series(
              "demo_temperature_celsius",
              Map.of("room", rooms[i]),
              MetricType.GAUGE,
              last,
              ts ->
                  round(
                      base + swing * wave(ts, DAY_SECONDS, phase) + 0.3 * wave(ts, 900, flutter))));
    }
    data.add(
        series(
            "demo_queue_length",
            Map.of("queue", "orders"),
            MetricType.GAUGE,
            last,
            ts -> Math.rint(20 + 15 * wave(ts, 3_600, 0) + 5 * wave(ts, 170, 1))));
    String[] services = {"shop", "search"};
    for (int i = 0; i < services.length; i++) {
      double rate = 12 + 30 * i;
      data.add(
          series(
              "demo_requests_total",
              Map.of("service", services[i]),
              MetricType.COUNTER,
              last,
              ts -> Math.rint(rate * (ts % 1_000_000_000 + 600 * wave(ts, 5_400, rate)))));
    }
    return data;
  }

  private static SeriesSamples series(
      String name,
      Map<String, String> tags,
      MetricType type,
      long last,
      LongToDoubleFunction value) {
    long[] timestamps = new long[(int) (HOURS_6 / STEP)];
    double[] values = new double[timestamps.length];
    for (int i = 0; i < timestamps.length; i++) {
      long ts = last - (long) (timestamps.length - 1 - i) * STEP;
      timestamps[i] = Times.millis(ts);
      values[i] = value.applyAsDouble(ts);
    }
    SeriesSpec spec =
        new SeriesSpec(null, SeriesKey.of(name, tags), type, DAY.stepMillis(), DAY.slots());
    return new SeriesSamples(spec, timestamps, values);
  }

  private static double wave(long ts, double period, double phase) {
    return Math.sin(2 * Math.PI * ts / period + phase);
  }

  private static double round(double value) {
    return Math.rint(value * 100) / 100;
  }
}
