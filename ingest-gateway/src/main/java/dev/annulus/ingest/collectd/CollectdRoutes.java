package dev.annulus.ingest.collectd;

import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SampleBatch;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.model.InvalidSampleException;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemException;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;

/**
 * {@code POST /collectd-post}, the path at which Prometheus' collectd_exporter accepts the same
 * JSON.
 */
public final class CollectdRoutes implements Routes {
  private final IngestMemory memory;
  private final BodyBuffers bodies;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;

  public CollectdRoutes(
      IngestMemory memory,
      BodyBuffers bodies,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock) {
    this.memory = memory;
    this.bodies = bodies;
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/collectd-post", this::write, Scope.INGEST);
  }

  private void write(Context ctx) {
    try (IngestMemory.Allowance allowance = memory.open()) {
      write(ctx, allowance);
    }
  }

  private void write(Context ctx, IngestMemory.Allowance allowance) {
    CollectdParser parser = parse(ctx, allowance);
    writes.ignored(parser.ignored());
    Problems problems = parser.problems();
    if (problems.isEmpty()) {
      // Not 204: collectd logs every answer but 200 as an error.
      writes.answerAfter(ctx, parser.batch(), position -> ctx.json(Map.of("status", "ok")));
      return;
    }
    writes.refused();
    writes.answerAfter(
        ctx,
        parser.batch(),
        position -> {
          throw Problem.badRequest(
                  problems.text()
                      + " dropped="
                      + problems.count()
                      + " kept="
                      + parser.batch().size())
              .toException();
        });
  }

  private CollectdParser parse(Context ctx, IngestMemory.Allowance allowance) {
    CollectdParser parser = new CollectdParser(intake, new SampleBatch(allowance), clock.millis());
    try (BodyBuffers.Buffer body = bodies.read(ctx, allowance)) {
      parser.parse(body.array(), body.length());
      return parser;
    } catch (InvalidSampleException e) {
      writes.refused();
      throw Problem.badRequest(e.describe()).toException();
    } catch (IOException e) {
      writes.refused();
      throw Problem.badRequest("The body cannot be read: its encoding is damaged.").toException();
    } catch (ProblemException e) {
      writes.refused(e);
      throw e;
    }
  }
}
