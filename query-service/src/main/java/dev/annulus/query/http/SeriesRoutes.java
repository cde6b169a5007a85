package dev.annulus.query.http;

import dev.annulus.model.Metric;
import dev.annulus.model.Times;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.http.MetricViews.Detailed;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.store.RingReader;
import dev.annulus.store.RingStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/**
 * {@code GET /metrics/{id}} and {@code GET /metrics/{id}/series}: what a ring holds, worked out
 * while it is read, so that rings of any size take little memory.
 */
public final class SeriesRoutes implements Routes {
  private final RingStore store;
  private final Reads reads;
  private final AnswerLimits limits;
  private final long maxSamples;

  /**
   * @param maxSamples slots that one request reads
   */
  public SeriesRoutes(RingStore store, Reads reads, AnswerLimits limits, long maxSamples) {
    this.store = store;
    this.reads = reads;
    this.limits = limits;
    this.maxSamples = maxSamples;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/metrics/{id}", this::one, Scope.QUERY);
    routes.get("/metrics/{id}/series", this::series, Scope.QUERY);
  }

  private void one(Context ctx) {
    long id = Requests.pathId(ctx);
    reads.answer(
        ctx,
        ctx.queryParam("after"),
        running -> {
          Metric metric = existing(running, id);
          RingFill fill = new RingFill(metric.ring().geometry());
          running.await(store.rings().visit(id, 0, Long.MAX_VALUE, progress(running), fill));
          return Detailed.of(metric, fill, running.await(store.counter(id)).orElse(null));
        });
  }

  private void series(Context ctx) {
    long id = Requests.pathId(ctx);
    long from = Requests.number(ctx, "start_ts", 0, 0, Long.MAX_VALUE);
    long to = Requests.number(ctx, "end_ts", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    long bucket = Requests.number(ctx, "bucket", 1, 1, Integer.MAX_VALUE);
    if (from > to) {
      throw Problem.badRequest("start_ts: must not be after end_ts").toException();
    }
    reads.answer(
        ctx,
        ctx.queryParam("after"),
        running -> {
          Metric metric = existing(running, id);
          SeriesBuckets buckets = new SeriesBuckets(metric.type(), bucket, limits.seriesRows());
          running.await(
              store
                  .rings()
                  .visit(id, Times.millis(from), Times.lastMillis(to), progress(running), buckets));
          return new SeriesBuckets.Answer(buckets.rows());
        });
  }

  private RingReader.Progress progress(RunningQuery running) {
    long[] read = new long[1];
    return (slots, bytes) -> {
      running.check();
      read[0] += slots;
      if (read[0] > maxSamples) {
        throw Problem.of(
                413,
                "too_many_samples",
                "The request reads more than %d samples (query.max-samples).".formatted(maxSamples))
            .with("hint", "Name a shorter range of time.")
            .toException();
      }
    };
  }

  private Metric existing(RunningQuery running, long id) {
    return running.await(store.registry().get(id)).orElseThrow(() -> MetricRoutes.unknown(id));
  }
}
