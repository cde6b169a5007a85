package dev.annulus.service.http;

import io.javalin.http.Context;
import java.util.concurrent.Executor;

/**
 * Threads for writing responses whose results arrive on a thread with other work: a write may take
 * as long as its client. Thread-safe.
 */
public final class AnswerThreads {
  private AnswerThreads() {}

  /**
   * The server's own. Throws {@link java.util.concurrent.RejectedExecutionException} once the
   * server stops.
   *
   * @param ctx of a request, inside {@link Context#future}; before that it throws {@link
   *     IllegalStateException}
   */
  public static Executor of(Context ctx) {
    return ctx.req().getAsyncContext()::start;
  }
}
