package dev.annulus.service.http;

import io.javalin.http.Context;
import java.util.concurrent.Executor;

/** Threads to answer requests on whose results come on a thread that has other work to do. */
public final class AnswerThreads {
  private AnswerThreads() {}

  /**
   * The server's own. It may refuse a task when the server stops.
   *
   * @param ctx of a request in {@link Context#future}
   */
  public static Executor of(Context ctx) {
    return ctx.req().getAsyncContext()::start;
  }
}
