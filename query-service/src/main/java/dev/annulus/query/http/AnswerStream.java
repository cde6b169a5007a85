package dev.annulus.query.http;

import dev.annulus.query.exec.RunningQuery;
import dev.annulus.service.http.PendingAnswer;
import dev.annulus.service.http.Problem;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that may be large. The first megabyte is held back, so that most failures
 * still become a proper problem; from then on it streams, and a failure breaks the connection off,
 * which no client can take for a complete answer; whether rows were cut off is a trailer then. Used
 * by one thread.
 */
public final class AnswerStream extends OutputStream {
  private static final int HELD_BACK = 1 << 20;

  /** A query whose client has not taken so much pauses until so little is left. */
  private static final int PAUSE = 256 << 10;

  private static final int GO_ON = 64 << 10;

  private static final String TRUNCATED = "X-Truncated";

  private final Context ctx;
  private final String mediaType;
  private final RunningQuery running;
  private final PendingAnswer pending;
  private @Nullable ByteArrayOutputStream held = new ByteArrayOutputStream(4096);
  private final boolean hasRows;
  private boolean truncated;

  /** An answer that says at its end whether something was left out. */
  public AnswerStream(Context ctx, String mediaType, RunningQuery running) {
    this(ctx, mediaType, true, running);
  }

  /** An answer in JSON that says by itself whether something was left out. */
  AnswerStream(Context ctx, RunningQuery running) {
    this(ctx, "application/json", false, running);
  }

  private AnswerStream(Context ctx, String mediaType, boolean hasRows, RunningQuery running) {
    this.ctx = ctx;
    this.mediaType = mediaType;
    this.hasRows = hasRows;
    this.running = running;
    this.pending = PendingAnswer.of(ctx);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteArrayOutputStream first = held;
    if (first == null) {
      ctx.outputStream().write(bytes, offset, length);
      pauseIfNotTaken();
      return;
    }
    first.write(bytes, offset, length);
    if (first.size() >= HELD_BACK) {
      held = null;
      headers();
      trailer();
      first.writeTo(ctx.outputStream());
      pauseIfNotTaken();
    }
  }

  /**
   * Sends what is left.
   *
   * @param cutOff whether something is missing, which a header or a trailer says
   */
  public void finish(boolean cutOff) throws IOException {
    truncated = cutOff;
    if (held == null) {
      ctx.outputStream().flush();
      return;
    }
    headers();
    if (hasRows) {
      ctx.header(TRUNCATED, Boolean.toString(truncated));
    }
    ctx.result(held.toByteArray());
  }

  /** Ends the answer with a problem, or without an end if a part is on its way already. */
  public void abort(Problem problem) {
    abort(problem.toException());
  }

  /** The same with an exception that is made a problem of. */
  void abort(RuntimeException failure) {
    if (held != null) {
      throw failure;
    }
    pending.cutOff();
  }

  private void pauseIfNotTaken() {
    if (pending.bytes() > PAUSE) {
      CompletableFuture<Void> taken = new CompletableFuture<>();
      pending.whenAtMost(GO_ON, () -> taken.complete(null));
      running.awaitClient(taken);
    }
  }

  /** Says after the rows what nobody knows before them; HTTP/1.0 has no place for it. */
  private void trailer() {
    if (hasRows && !ctx.req().getProtocol().equals("HTTP/1.0")) {
      ctx.header("Trailer", TRUNCATED);
      ctx.res().setTrailerFields(() -> Map.of(TRUNCATED, Boolean.toString(truncated)));
    }
  }

  private void headers() {
    ctx.status(200).contentType(mediaType);
    ctx.header("X-Query-Id", running.id());
    ctx.header("Cache-Control", "no-store");
  }
}
