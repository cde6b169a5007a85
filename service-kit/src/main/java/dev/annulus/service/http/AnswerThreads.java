package dev.annulus.service.http;

import io.javalin.http.Context;
import java.util.concurrent.Executor;

/**
 * Threads to answer requests on whose results come on a thread that has other work to do. Writing
 * an answer may take as long as its client. Thread-safe.
 */
public final class AnswerThreads {
  private AnswerThreads() {}

  /**
   * The server's own. Throws {@link java.util.concurrent.RejectedExecutionException} once the
   * server stops.
   *
   * @param ctx of a request whose future is being made, in {@link Context#future}; before that it
   *     throws {@link IllegalStateException}
   */
  public static Executor of(Context ctx) {
    return ctx.req().getAsyncContext()::start;
  }
}
