package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.Problems;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/metrics}. */
public final class OtlpRoutes implements Routes {
  private static final String JSON_TYPE = "application/json";
  private static final String PROTOBUF_TYPE = "application/x-protobuf";

  private final BodyBuffers bodies;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final ObjectMapper json = Json.mapper();

  public OtlpRoutes(
      BodyBuffers bodies, SeriesIntake intake, LogWrites writes, InstantSource clock) {
    this.bodies = bodies;
    this.intake = intake;
    this.writes = writes;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/metrics", this::write, Scope.INGEST);
  }

  private void write(Context ctx) {
    OtlpRequest request = new OtlpRequest(intake, clock.instant().getEpochSecond());
    String type;
    try {
      type = mediaType(ctx.contentType());
      request.read(body(ctx, type));
    } catch (RuntimeException e) {
      writes.refused();
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

  private static String mediaType(@Nullable String contentType) {
    String media =
        contentType == null ? "" : contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    if (media.equals(JSON_TYPE) || media.equals(PROTOBUF_TYPE)) {
      return media;
    }
    throw Problem.of(
            415,
            "unsupported_media_type",
            "Content-Type must be application/x-protobuf or application/json, got " + media + ".")
        .toException();
  }

  private JsonNode body(Context ctx, String type) {
    try (BodyBuffers.Buffer body = bodies.read(ctx)) {
      if (type.equals(PROTOBUF_TYPE)) {
        return OtlpMessage.REQUEST.read(body.array(), body.length());
      }
      JsonNode request = json.readTree(body.array(), 0, body.length());
      if (!request.isObject()) {
        throw Problem.badRequest("The body must be a JSON object.").toException();
      }
      return request;
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

  /** {@code partial_success = 1 { rejected_data_points = 1; error_message = 2 }}. */
  private static byte[] protobufAnswer(Problems problems) {
    if (problems.isEmpty()) {
      return new byte[0];
    }
    ByteArrayOutputStream partial = new ByteArrayOutputStream();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(partial);
      out.writeInt64(1, problems.count());
      out.writeString(2, problems.text());
      out.flush();
      CodedOutputStream outer = CodedOutputStream.newInstance(answer);
      outer.writeByteArray(1, partial.toByteArray());
      outer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer.toByteArray();
  }
}
