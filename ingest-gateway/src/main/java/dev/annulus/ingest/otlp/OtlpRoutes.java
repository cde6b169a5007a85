package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/metrics}. */
public final class OtlpRoutes implements Routes {
  static final String JSON_TYPE = "application/json";
  static final String PROTOBUF_TYPE = "application/x-protobuf";
  private static final String PATH = "/v1/metrics";

  /** How to write problems, by path. */
  public static final Map<String, ProblemFormat> PROBLEM_FORMATS = Map.of(PATH, new OtlpStatus());

  private final IngestMemory memory;
  private final BodyBuffers buffers;
  private final OtlpBodies bodies;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;

  public OtlpRoutes(
      IngestMemory memory,
      BodyBuffers buffers,
      OtlpConfig config,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock) {
    this.memory = memory;
    this.buffers = buffers;
    this.bodies = new OtlpBodies(config);
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post(PATH, this::write, Scope.INGEST);
  }

  @Override
  public Map<String, ProblemFormat> problemFormats() {
    return PROBLEM_FORMATS;
  }

  private void write(Context ctx) {
    try (IngestMemory.Allowance allowance = memory.open()) {
      write(ctx, allowance);
    }
  }

  private void write(Context ctx, IngestMemory.Allowance allowance) {
    String type = mediaType(ctx.header("Content-Type"));
    OtlpRequest request;
    try {
      if (!type.equals(JSON_TYPE) && !type.equals(PROTOBUF_TYPE)) {
        throw Problem.of(
                415,
                "unsupported_media_type",
                "Content-Type must be application/x-protobuf or application/json, got "
                    + type
                    + ".")
            .toException();
      }
      request = new OtlpRequest(intake, allowance, clock.millis());
      read(ctx, type, request);
    } catch (RuntimeException e) {
      writes.refused(e);
      throw e;
    }
    writes.ignored(request.ignored());
    if (!request.problems().isEmpty()) {
      writes.refused();
    }
    writes.answerAfter(
        ctx,
        request.batch(),
        position -> {
          ctx.status(200).contentType(type);
          if (type.equals(JSON_TYPE)) {
            ctx.json(jsonAnswer(request.problems()));
          } else {
            ctx.result(protobufAnswer(request.problems()));
          }
        });
  }

  /** The media type without parameters, in lower case; empty if there is none. */
  static String mediaType(@Nullable String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  /** The memory of the message is released before its samples are published. */
  private void read(Context ctx, String type, OtlpRequest request) {
    try (IngestMemory.Allowance parsing = memory.open();
        BodyBuffers.Buffer body = buffers.read(ctx, parsing)) {
      request.read(
          type.equals(PROTOBUF_TYPE)
              ? bodies.protobuf(body.array(), body.length(), parsing)
              : bodies.json(body.array(), body.length(), parsing));
    } catch (InvalidProtocolBufferException e) {
      throw Problem.badRequest("The body is not an export request: " + e.getMessage())
          .toException();
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("The body is not valid JSON: " + e.getOriginalMessage())
          .toException();
    } catch (IOException e) {
      throw Problem.badRequest("The body cannot be read: its encoding is damaged.").toException();
    }
  }

  private static Map<String, Object> jsonAnswer(Problems problems) {
    return problems.isEmpty()
        ? Map.of()
        : Map.of(
            "partialSuccess",
            Map.of(
                "rejectedDataPoints",
                Integer.toString(problems.count()),
                "errorMessage",
                problems.text()));
  }

  private static byte[] protobufAnswer(Problems problems) {
    return problems.isEmpty()
        ? new byte[0]
        : ExportMetricsServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportMetricsPartialSuccess.newBuilder()
                    .setRejectedDataPoints(problems.count())
                    .setErrorMessage(problems.text()))
            .build()
            .toByteArray();
  }
}
