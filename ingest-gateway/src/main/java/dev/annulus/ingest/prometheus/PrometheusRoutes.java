package dev.annulus.ingest.prometheus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.annulus.ingest.BodyBuffers;
import dev.annulus.ingest.IngestMemory;
import dev.annulus.ingest.LogWrites;
import dev.annulus.ingest.RememberedBytes;
import dev.annulus.ingest.SeriesCache;
import dev.annulus.ingest.SeriesIntake;
import dev.annulus.service.access.Scope;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.Routes;
import dev.annulus.wire.EncodedSeries;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/** {@code POST /api/v1/write}. */
public final class PrometheusRoutes implements Routes {
  private static final String MEDIA_TYPE = "application/x-protobuf";
  private static final Pattern PARAMETER =
      Pattern.compile("\\s*([^\\s=;\"]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]*))\\s*");
  static final String V1 = "prometheus.WriteRequest";
  static final String V2 = "io.prometheus.write.v2.Request";
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

  private final IngestMemory memory;
  private final BodyBuffers bodies;
  private final SeriesIntake intake;
  private final LogWrites writes;
  private final InstantSource clock;
  private final SeriesCache<EncodedSeries> knownV1;
  private final SeriesCache<EncodedSeries> knownV2;

  /**
   * @param remembered bounds the cached series
   */
  public PrometheusRoutes(
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
    this.knownV1 = new SeriesCache<>(remembered);
    this.knownV2 = new SeriesCache<>(remembered);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/api/v1/write", this::write, Scope.INGEST);
  }

  private void write(Context ctx) {
    try (IngestMemory.Allowance allowance = memory.open()) {
      write(ctx, allowance);
    }
  }

  private void write(Context ctx, IngestMemory.Allowance allowance) {
    WriteRequest request;
    boolean v2;
    try {
      v2 = isV2(ctx.header("Content-Type"));
      requireSnappy(ctx.header("Content-Encoding"));
      request = read(ctx, v2, allowance);
    } catch (RuntimeException e) {
      writes.refused(e);
      throw e;
    }
    if (!request.problems().isEmpty()) {
      writes.refused();
    }
    writes.answerAfter(
        ctx,
        request.batch(),
        position -> {
          if (v2) {
            ctx.header(WRITTEN.formatted("Samples"), Integer.toString(request.written()));
            ctx.header(WRITTEN.formatted("Histograms"), "0");
            ctx.header(WRITTEN.formatted("Exemplars"), "0");
          }
          if (!request.problems().isEmpty()) {
            throw refusal(request);
          }
          ctx.status(204);
        });
  }

  private WriteRequest read(Context ctx, boolean v2, IngestMemory.Allowance allowance) {
    long nowMillis = clock.millis();
    WriteRequest request =
        v2
            ? new WriteRequestV2(intake, allowance, nowMillis, knownV2)
            : new WriteRequestV1(intake, allowance, nowMillis, knownV1);
    try (BodyBuffers.Buffer body = bodies.readAsIs(ctx, allowance);
        BodyBuffers.Buffer message = decompress(body, allowance)) {
      request.read(message.array(), message.length());
      return request;
    } catch (InvalidProtocolBufferException e) {
      throw Problem.badRequest("The body is not the message it says: " + e.getMessage())
          .toException();
    } catch (IOException e) {
      throw Problem.badRequest("The body cannot be read: it is not a Snappy block.").toException();
    }
  }

  private BodyBuffers.Buffer decompress(BodyBuffers.Buffer body, IngestMemory.Allowance allowance)
      throws IOException {
    int length = Snappy.uncompressedLength(body.array(), 0, body.length());
    if (length < 0 || length > bodies.maxDecodedBytes()) {
      throw Problem.of(
              413,
              "body_too_large",
              "The decompressed body is larger than the limit of "
                  + bodies.maxDecodedBytes()
                  + " bytes.")
          .toException();
    }
    BodyBuffers.Buffer message = bodies.take(length, allowance);
    boolean whole = false;
    try {
      message.length(Snappy.uncompress(body.array(), 0, body.length(), message.array(), 0));
      whole = true;
      return message;
    } finally {
      if (!whole) {
        message.close();
      }
    }
  }

  /**
   * Whether a content type names the message of version 2; without one it is version 1. Media types
   * and parameter names are case-insensitive (RFC 9110); other parameters are ignored.
   */
  private static boolean isV2(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return false;
    }
    String[] parts = contentType.split(";", -1);
    String message = parts[0].trim().equalsIgnoreCase(MEDIA_TYPE) ? V1 : "";
    for (int i = 1; i < parts.length && !message.isEmpty(); i++) {
      Matcher parameter = PARAMETER.matcher(parts[i]);
      if (parameter.matches()) {
        String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
        message = parameter.group(1).equalsIgnoreCase("proto") ? value.trim() : message;
      } else if (!parts[i].isBlank()) {
        message = "";
      }
    }
    if (message.equalsIgnoreCase(V1)) {
      return false;
    }
    if (message.equalsIgnoreCase(V2)) {
      return true;
    }
    throw Problem.of(
            415,
            "unsupported_media_type",
            "Content-Type must be application/x-protobuf, alone or with proto="
                + V1
                + " or proto="
                + V2
                + ", got "
                + contentType
                + ".")
        .toException();
  }

  private static void requireSnappy(@Nullable String encoding) {
    if (encoding != null && !encoding.trim().toLowerCase(Locale.ROOT).equals("snappy")) {
      throw Problem.of(
              415, "unsupported_encoding", "Content-Encoding must be snappy, got " + encoding + ".")
          .toException();
    }
  }

  /** A partial write: after a 400 the sender does not resend the valid rest. */
  private static RuntimeException refusal(WriteRequest request) {
    return Problem.of(
            400,
            "invalid_series",
            "partial write: " + request.problems().text() + " kept=" + request.batch().size())
        .with("dropped", request.problems().count())
        .with("series", request.problems().told())
        .toException();
  }
}
