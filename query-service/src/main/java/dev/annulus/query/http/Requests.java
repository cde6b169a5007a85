package dev.annulus.query.http;

import dev.annulus.kv.StoreException;
import dev.annulus.query.exec.ClientConnection;
import dev.annulus.query.sql.SqlException;
import dev.annulus.service.http.AnswerThreads;
import dev.annulus.service.http.Problem;
import dev.annulus.service.http.ProblemException;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads parameters and turns failures of the store and the log into problems. */
public final class Requests {
  private Requests() {}

  /** Answers with JSON once a future is there; its failures become problems. */
  static void answer(Context ctx, Supplier<CompletableFuture<?>> result) {
    ctx.future(
        () ->
            start(result)
                .thenAcceptAsync(ctx::json, AnswerThreads.of(ctx))
                .exceptionally(
                    failure -> {
                      throw problemOf(failure);
                    }));
  }

  private static CompletableFuture<?> start(Supplier<CompletableFuture<?>> result) {
    try {
      return result.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What the client is told of a failure. */
  public static RuntimeException problemOf(Throwable failure) {
    Throwable cause = StoreException.unwrap(failure);
    if (cause instanceof ProblemException problem) {
      return problem;
    }
    if (cause instanceof SqlException e) {
      return SqlProblems.of(e).toException();
    }
    if (cause instanceof RejectedExecutionException) {
      return SqlProblems.tooMany("Too many reads wait for their turn; try again in a moment.")
          .toException();
    }
    if (cause instanceof IngestLogException) {
      return Problem.unavailable(
              "kafka_unavailable", "Kafka does not answer; try again.", Duration.ofSeconds(2))
          .toException();
    }
    if (cause instanceof StoreException store && store.isTransient()) {
      return Problem.unavailable(
              "store_unavailable",
              "The store does not answer: " + store.getMessage() + ".",
              Duration.ofSeconds(2))
          .toException();
    }
    return new CompletionException(cause);
  }

  /** The connection a request came by; null if it cannot be told. */
  static @Nullable ClientConnection connection(Context ctx) {
    try {
      // An address without a name in it: nothing is looked up.
      InetAddress client = InetAddress.getByName(ctx.req().getRemoteAddr());
      return new ClientConnection(client, ctx.req().getRemotePort(), ctx.req().getLocalPort());
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** A whole number in the path. */
  static long pathId(Context ctx) {
    return number("metric_id", ctx.pathParam("id"), 0, Long.MAX_VALUE);
  }

  /** A whole number in the query string, within bounds, both inclusive. */
  static long number(Context ctx, String name, long defaultValue, long min, long max) {
    String text = ctx.queryParam(name);
    return text == null ? defaultValue : number(name, text, min, max);
  }

  /** Requires a body field. */
  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Problem.badRequest(field + ": is missing").toException();
    }
    return value;
  }

  private static long number(String name, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, together with what is out of bounds.
    }
    throw Problem.badRequest(
            "%s: must be a whole number from %d to %d, got %s".formatted(name, min, max, text))
        .toException();
  }
}
