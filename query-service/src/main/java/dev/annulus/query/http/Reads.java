package dev.annulus.query.http;

import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.query.exec.QueryRunner;
import dev.annulus.query.exec.ReadRequest;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.service.http.Json;
import dev.annulus.service.http.PendingAnswer;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets every request that reads through the one admission. Thread-safe. */
public final class Reads {
  /** A number of two digits in a list of JSON takes three bytes, and twenty in memory. */
  private static final int BYTES_PER_BODY_BYTE = 8;

  private static final String HELD = "annulus.request-bytes";

  private final QueryRunner runner;
  private final Freshness freshness;
  private final Duration timeout;
  private final ObjectMapper json = Json.mapper();

  /**
   * @param timeout of every read, from the arrival of its request
   */
  public Reads(QueryRunner runner, Freshness freshness, Duration timeout) {
    this.runner = runner;
    this.freshness = freshness;
    this.timeout = timeout;
  }

  /**
   * Answers with JSON, which is written while it is made: what the answer's iterators and
   * serializers read is held by the page.
   *
   * @param read runs on a query thread; {@link RunningQuery#await} and {@link RunningQuery#check}
   *     end it when it must end
   */
  void answer(Context ctx, Function<RunningQuery, Object> read) {
    answer(ctx, null, read);
  }

  /**
   * Answers with JSON once a write is visible.
   *
   * @param token of that write; null for none
   */
  void answer(Context ctx, @Nullable String token, Function<RunningQuery, Object> read) {
    long arrived = System.nanoTime();
    hold(ctx);
    ctx.future(
        () ->
            freshness
                .after(token)
                .thenCompose(
                    visible ->
                        runner.run(
                            request(ctx, firstLine(ctx), arrived, timeout),
                            running -> write(ctx, running, read)))
                .exceptionally(
                    failure -> {
                      throw Requests.problemOf(failure);
                    }));
  }

  /**
   * Holds the memory that a request's body takes until the answer has ended; once, however often it
   * is called. Called before a body is parsed: parsing is work, too.
   *
   * @throws dev.annulus.service.http.ProblemException 503 if other requests hold it
   */
  void hold(Context ctx) {
    long length = ctx.req().getContentLengthLong();
    long bytes = (length < 0 ? ctx.bodyAsBytes().length : length) * BYTES_PER_BODY_BYTE;
    if (bytes == 0 || ctx.attribute(HELD) != null) {
      return;
    }
    if (!runner.hold(bytes)) {
      throw Requests.problemOf(new RejectedExecutionException("too many requests are held"));
    }
    ctx.attribute(HELD, bytes);
    PendingAnswer.of(ctx).whenEnded(() -> runner.free(bytes));
  }

  /** Runs a read whose answer is its own affair. */
  CompletableFuture<Void> run(Context ctx, Consumer<RunningQuery> work) {
    hold(ctx);
    return runner.run(request(ctx, firstLine(ctx), System.nanoTime(), timeout), work);
  }

  /**
   * Runs a query once a write is visible.
   *
   * @param arrived when its request was there, by {@link System#nanoTime}
   * @param limit its own time-out
   * @param token of that write; null for none
   */
  public CompletableFuture<Void> query(
      Context ctx,
      String sql,
      long arrived,
      Duration limit,
      @Nullable String token,
      Consumer<RunningQuery> work) {
    hold(ctx);
    return freshness
        .after(token)
        .thenCompose(visible -> runner.run(request(ctx, sql, arrived, limit), work));
  }

  private static ReadRequest request(Context ctx, String what, long arrived, Duration limit) {
    return new ReadRequest(what, ctx.ip(), Requests.connection(ctx), arrived, limit);
  }

  private static String firstLine(Context ctx) {
    String query = ctx.queryString();
    return ctx.method().name() + " " + ctx.path() + (query == null ? "" : "?" + query);
  }

  private void write(Context ctx, RunningQuery running, Function<RunningQuery, Object> read) {
    AnswerStream out = new AnswerStream(ctx, running);
    try {
      Object answer = read.apply(running);
      running.check(); // writing it may take as long
      json.writeValue(out, answer);
      out.finish(false);
    } catch (DatabindException e) {
      running.fail();
      out.abort(
          e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e));
    } catch (RuntimeException e) {
      running.fail();
      out.abort(e);
    } catch (IOException e) {
      running.cancel().cancel(); // the client has gone; there is nobody to tell
    }
  }
}
