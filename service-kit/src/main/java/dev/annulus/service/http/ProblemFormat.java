package dev.annulus.service.http;

import io.javalin.http.Context;

/**
 * How problems are told on a path whose protocol has a form of its own for them. Status and headers
 * are set already. Must be thread-safe.
 */
public interface ProblemFormat {

  /** Writes body and media type. */
  void write(Context ctx, Problem problem);
}
