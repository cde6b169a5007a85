package dev.annulus.query.jdbc;

import dev.annulus.query.exec.RunningQuery;
import dev.annulus.query.sql.plan.SqlEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.avatica.metrics.noop.NoopMetricsSystem;
import org.apache.calcite.avatica.remote.Handler.HandlerResponse;
import org.apache.calcite.avatica.remote.JsonHandler;
import org.apache.calcite.avatica.remote.ProtobufHandler;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;

/**
 * Decodes, answers and encodes the requests of <a
 * href="https://calcite.apache.org/avatica/docs/">Avatica's protocol</a>, in its protobuf and its
 * JSON form. Thread-safe.
 */
public final class AvaticaServer {
  private static final ProtobufTranslationImpl PROTOBUF = new ProtobufTranslationImpl();
  // Avatica's HTTP client reads the body of no other failure.
  private static final int FAILED = 500;

  private final SqlEngine engine;
  private final JdbcSessions sessions;
  private final JdbcMetadata metadata;

  public AvaticaServer(SqlEngine engine, JdbcSessions sessions) {
    this.engine = engine;
    this.sessions = sessions;
    this.metadata = new JdbcMetadata(engine.catalog());
  }

  /**
   * An encoded answer.
   *
   * @param body protobuf or JSON, like the request; the array belongs to the caller
   * @param status of HTTP, 200 or 500
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Answer(byte[] body, int status) {}

  /**
   * Answers a request on the thread of a read. Failures are answers too.
   *
   * @param body an object in JSON, or else protobuf; not changed
   * @param running the read, which learns what it is
   */
  public Answer answer(byte[] body, RunningQuery running) {
    boolean json = isJson(body);
    Service service = new AvaticaService(engine, sessions, metadata, running, json);
    if (json) {
      HandlerResponse<String> answer =
          new Json(service).apply(new String(body, StandardCharsets.UTF_8));
      return new Answer(
          answer.getResponse().getBytes(StandardCharsets.UTF_8), answer.getStatusCode());
    }
    HandlerResponse<byte[]> answer = new Protobuf(service).apply(body);
    return new Answer(answer.getResponse(), answer.getStatusCode());
  }

  /** What to answer to a request that cannot be looked at. */
  public Answer refusal(byte[] body, Throwable why) {
    ErrorResponse refusal = JdbcErrors.response(why);
    try {
      return new Answer(
          isJson(body) ? Json.bytes(refusal) : PROTOBUF.serializeResponse(refusal), FAILED);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static boolean isJson(byte[] body) {
    return body.length > 0 && body[0] == '{';
  }

  private static final class Protobuf extends ProtobufHandler {
    Protobuf(Service service) {
      super(service, PROTOBUF, NoopMetricsSystem.getInstance());
    }

    @Override
    public HandlerResponse<byte[]> convertToErrorResponse(Exception e) {
      try {
        return new HandlerResponse<>(PROTOBUF.serializeResponse(JdbcErrors.response(e)), FAILED);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  private static final class Json extends JsonHandler {
    static byte[] bytes(ErrorResponse response) throws IOException {
      return MAPPER.writeValueAsBytes(response);
    }

    Json(Service service) {
      super(service, NoopMetricsSystem.getInstance());
    }

    @Override
    public HandlerResponse<String> convertToErrorResponse(Exception e) {
      try {
        return new HandlerResponse<>(MAPPER.writeValueAsString(JdbcErrors.response(e)), FAILED);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }
}
