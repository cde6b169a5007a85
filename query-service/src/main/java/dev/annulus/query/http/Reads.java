package dev.annulus.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.annulus.query.exec.QueryRunner;
import dev.annulus.query.exec.ReadRequest;
import dev.annulus.query.exec.RunningQuery;
import dev.annulus.service.http.Json;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets every request that reads through the one admission. Thread-safe. */
public final class Reads {
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
   * Answers with JSON.
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
    AtomicReference<byte @Nullable []> body = new AtomicReference<>();
    long arrived = System.nanoTime();
    ctx.future(
        () ->
            freshness
                .after(token)
                .thenCompose(
                    visible ->
                        runner.run(
                            request(ctx, firstLine(ctx), arrived, timeout),
                            running -> {
                              Object answer = read.apply(running);
                              running.check(); // writing it may take as long
                              body.set(bytes(answer));
                            }))
                .thenRun(() -> ctx.contentType("application/json").result(given(body)))
                .exceptionally(
                    failure -> {
                      throw Requests.problemOf(failure);
                    }));
  }

  /** Runs a read whose answer is its own affair. */
  CompletableFuture<Void> run(Context ctx, Consumer<RunningQuery> work) {
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

  private byte[] bytes(Object answer) {
    try {
      return json.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  private static byte[] given(AtomicReference<byte @Nullable []> body) {
    byte[] bytes = body.get();
    if (bytes == null) {
      throw new IllegalStateException("a read ended without an answer");
    }
    return bytes;
  }
}
