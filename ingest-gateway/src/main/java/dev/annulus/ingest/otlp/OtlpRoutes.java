package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemFormat;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
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

  private final BodyBuffers buffers;
  private final OtlpBodies bodies;
  private final MemoryBudget memory;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;

  public OtlpRoutes(
      BodyBuffers buffers,
      OtlpConfig config,
      SeriesIntake intake,
      LogWrites writes,
      InstantSource clock,
      MeterRegistry metrics) {
    this.buffers = buffers;
    this.bodies = new OtlpBodies(config);
    this.memory = new MemoryBudget(config.maxMemory(), metrics);
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
    return Map.of(PATH, new OtlpStatus());
  }

  private void write(Context ctx) {
    String type = mediaType(ctx.header("Content-Type"));
    OtlpRequest request;
    try (MemoryBudget.Reservation reserved = memory.open()) {
      if (!type.equals(JSON_TYPE) && !type.equals(PROTOBUF_TYPE)) {
        throw Problem.of(
                415,
                "unsupported_media_type",
                "Content-Type must be application/x-protobuf or application/json, got "
                    + type
                    + ".")
            .toException();
      }
      request = new OtlpRequest(intake, reserved, clock.instant().getEpochSecond());
      request.read(body(ctx, type, reserved));
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

  /** The media type without parameters, in lower case; empty for none. */
  static String mediaType(@Nullable String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
  }

  private OtlpBodies.Export body(Context ctx, String type, MemoryBudget.Reservation reserved) {
    try (BodyBuffers.Buffer body = buffers.read(ctx)) {
      return type.equals(PROTOBUF_TYPE)
          ? bodies.protobuf(body.array(), body.length(), reserved)
          : bodies.json(body.array(), body.length(), reserved);
    } catch (InvalidProtocolBufferException e) {
      throw Problem.badRequest("The body is no export request: " + e.getMessage()).toException();
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
