package dev.annulus.query.http;

import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;

/** {@code GET /ingest/rejected}: what could not be stored, newest first. */
public final class RejectedRoutes implements Routes {
  private final IngestLog log;
  private final Reads reads;
  private final AnswerLimits limits;

  public RejectedRoutes(IngestLog log, Reads reads, AnswerLimits limits) {
    this.log = log;
    this.reads = reads;
    this.limits = limits;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/ingest/rejected", this::list, Scope.QUERY);
  }

  private record Shown(
      String at,
      String reason,
      String detail,
      String topic,
      int partition,
      long offset,
      int samples,
      String payload) {

    static Shown of(IngestLog.Rejected rejected) {
      return new Shown(
          rejected.at().toString(),
          rejected.record().reason(),
          rejected.record().detail(),
          rejected.record().topic(),
          rejected.record().partition(),
          rejected.record().offset(),
          rejected.record().samples(),
          rejected.record().payloadText());
    }
  }

  private void list(Context ctx) {
    int limit = (int) Requests.number(ctx, "limit", 100, 1, 1_000);
    reads.answer(
        ctx,
        running ->
            Map.of(
                "rejected",
                running.await(log.rejected(limit, limits.listedBytes())).stream()
                    .map(Shown::of)
                    .iterator()));
  }
}
