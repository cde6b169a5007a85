package dev.annulus.query.http;

import dev.annulus.query.result.ResultFormat;
import dev.annulus.service.http.Problem;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * The body of an answer that may be large. The first megabyte is held back, so that most failures
 * still become a proper problem; from then on it streams, and a failure breaks the connection off,
 * which no client can take for a complete answer; whether rows were cut off is a trailer then. Used
 * by one thread.
 */
final class AnswerStream extends OutputStream {
  private static final int HELD_BACK = 1 << 20;
  private static final String TRUNCATED = "X-Truncated";

  private final Context ctx;
  private final ResultFormat format;
  private final String queryId;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(4096);
  private boolean streaming;
  private boolean truncated;

  AnswerStream(Context ctx, ResultFormat format, String queryId) {
    this.ctx = ctx;
    this.format = format;
    this.queryId = queryId;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (streaming) {
      ctx.outputStream().write(bytes, offset, length);
      return;
    }
    held.write(bytes, offset, length);
    if (held.size() >= HELD_BACK) {
      streaming = true;
      headers();
      trailer();
      held.writeTo(ctx.outputStream());
      held.reset();
    }
  }

  /** Sends what is left. */
  void finish(boolean cutOff) throws IOException {
    truncated = cutOff;
    if (streaming) {
      ctx.outputStream().flush();
      return;
    }
    headers();
    ctx.header(TRUNCATED, Boolean.toString(truncated));
    ctx.result(held.toByteArray());
  }

  /** Ends the answer with a problem, or without an end if rows are on their way already. */
  void abort(Problem problem) {
    if (!streaming) {
      throw problem.toException();
    }
    throw new BrokenOffException(problem);
  }

  /** Says after the rows what nobody knows before them; HTTP/1.0 has no place for it. */
  private void trailer() {
    if (!ctx.req().getProtocol().equals("HTTP/1.0")) {
      ctx.header("Trailer", TRUNCATED);
      ctx.res().setTrailerFields(() -> Map.of(TRUNCATED, Boolean.toString(truncated)));
    }
  }

  private void headers() {
    ctx.status(200).contentType(format.mediaType());
    ctx.header("X-Query-Id", queryId);
    ctx.header("Cache-Control", "no-store");
  }

  /** A result that failed after part of it was sent. */
  static final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenOffException(Problem problem) {
      super(problem.detail());
    }
  }
}
