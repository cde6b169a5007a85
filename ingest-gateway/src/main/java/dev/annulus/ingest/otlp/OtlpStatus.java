package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedOutputStream;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors as OTLP specifies them: a {@code google.rpc.Status} in the request's encoding, JSON if it
 * has neither. Thread-safe.
 */
final class OtlpStatus implements ProblemFormat {
  private static final int CODE_FIELD = 1;
  private static final int MESSAGE_FIELD = 2;

  private final ObjectMapper json = Json.mapper();

  @Override
  public Body body(Problem problem, @Nullable String requestType) {
    int code = grpcCode(problem.status());
    if (OtlpRoutes.PROTOBUF_TYPE.equals(OtlpRoutes.mediaType(requestType))) {
      return new Body(OtlpRoutes.PROTOBUF_TYPE, protobuf(code, problem.detail()), Map.of());
    }
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("code", code);
    status.put("message", problem.detail());
    try {
      return new Body(OtlpRoutes.JSON_TYPE, json.writeValueAsBytes(status), Map.of());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] protobuf(int code, String message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeInt32(CODE_FIELD, code);
      out.writeString(MESSAGE_FIELD, message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The {@code google.rpc.Code} for an HTTP status. */
  private static int grpcCode(int status) {
    return switch (status) {
      case 401 -> 16; // UNAUTHENTICATED
      case 403 -> 7; // PERMISSION_DENIED
      case 404 -> 5; // NOT_FOUND
      case 405 -> 12; // UNIMPLEMENTED
      case 413, 429 -> 8; // RESOURCE_EXHAUSTED
      case 503 -> 14; // UNAVAILABLE
      case 504 -> 4; // DEADLINE_EXCEEDED
      default -> status < 500 ? 3 : 13; // INVALID_ARGUMENT, INTERNAL
    };
  }
}
