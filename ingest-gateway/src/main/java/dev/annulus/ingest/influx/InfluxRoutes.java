package dev.annulus.ingest.influx;

import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.InfluxSetup;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemException;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /write} and {@code POST /api/v2/write}, the set-up queries of InfluxDB's clients
 * ({@link SetupQueries}) and their health checks {@code /ping}, {@code /health} and {@code /ready}.
 * Database, bucket and credentials are ignored.
 */
public final class InfluxRoutes implements Routes {
  /** How to write problems, by path. */
  public static final Map<String, ProblemFormat> PROBLEM_FORMATS =
      Map.of("/write", new InfluxErrors(), "/api/v2/write", new InfluxErrors());

  private final IngestMemory memory;
  private final BodyBuffers bodies;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<LineSeries> known;
  private final Instant started;

  /**
   * @param remembered bounds the cached measurements and fields
   */
  public InfluxRoutes(
      IngestMemory memory,
      BodyBuffers bodies,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      RememberedBytes remembered) {
    this.memory = memory;
    this.bodies = bodies;
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
    this.known = new SeriesCache<>(remembered);
    this.started = clock.instant();
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/write", this::write, Scope.INGEST);
    routes.post("/api/v2/write", this::write, Scope.INGEST);
    routes.get("/ping", InfluxRoutes::ping, Scope.ANYONE);
    routes.get("/health", InfluxRoutes::health, Scope.ANYONE);
    routes.get("/ready", this::ready, Scope.ANYONE);
    new InfluxSetup().addTo(routes);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    return PROBLEM_FORMATS;
  }

  private void write(Context ctx) {
    try (IngestMemory.Allowance allowance = memory.open()) {
      LineParser parser = parse(ctx, allowance);
      writes.ignored(parser.ignored());
      Problems problems = parser.problems();
      if (problems.isEmpty()) {
        writes.answerAfter(ctx, parser.batch(), position -> ctx.status(204));
        return;
      }
      writes.refused();
      writes.answerAfter(
          ctx, parser.batch(), position -> refuse(ctx, problems, parser.batch().size()));
    }
  }

  private LineParser parse(Context ctx, IngestMemory.Allowance allowance) {
    try (BodyBuffers.Buffer body = bodies.read(ctx, allowance)) {
      Precision precision = Precision.of(ctx.queryParam("precision"));
      LineParser parser =
          new LineParser(
              body.array(), body.length(), precision, clock.millis(), allowance, intake, known);
      parser.parse();
      return parser;
    } catch (IllegalArgumentException e) {
      writes.refused();
      throw Problem.badRequest(String.valueOf(e.getMessage())).toException();
    } catch (IOException e) {
      writes.refused();
      throw Problem.badRequest("The body cannot be read: its encoding is damaged.").toException();
    } catch (ProblemException e) {
      writes.refused(e);
      throw e;
    }
  }

  /** A 400 that clients of version 1 ({@code error}) and 2 ({@code message}) understand. */
  private static void refuse(Context ctx, Problems problems, int kept) {
    String detail =
        "partial write: " + problems.text() + " dropped=" + problems.count() + " kept=" + kept;
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("type", "urn:annulus:problem:invalid");
    answer.put("title", "Invalid lines");
    answer.put("status", 400);
    answer.put("code", "invalid");
    answer.put("detail", detail);
    answer.put("message", detail);
    answer.put("error", detail);
    answer.put("kept", kept);
    answer.put("lines", problems.told());
    ctx.status(400).json(answer).header("X-Influxdb-Error", InfluxSetup.headerText(detail));
  }

  private static void ping(Context ctx) {
    ctx.header("X-Influxdb-Version", InfluxSetup.VERSION).header("X-Influxdb-Build", "Annulus");
    ctx.status("true".equals(ctx.queryParam("verbose")) ? 200 : 204);
    if (ctx.statusCode() == 200) {
      ctx.json(Map.of("version", InfluxSetup.VERSION));
    }
  }

  private static void health(Context ctx) {
    ctx.json(
        Map.of(
            "name",
            "annulus",
            "message",
            "ready for queries and writes",
            "status",
            "pass",
            "checks",
            List.of(),
            "version",
            InfluxSetup.VERSION));
  }

  /** Start time and uptime, as in version 2. */
  private void ready(Context ctx) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("status", "ready");
    answer.put("started", started.toString());
    answer.put("up", up(Duration.between(started, clock.instant())));
    ctx.json(answer);
  }

  private static String up(Duration time) {
    return time.toHours() + "h" + time.toMinutesPart() + "m" + time.toSecondsPart() + "s";
  }
}
