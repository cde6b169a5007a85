package dev.annulus.service.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Assigns an id to every request, counts and times it. */
final class RequestObserver {
  static final String REQUEST_ID = "X-Request-Id";

  private static final String ID_ATTRIBUTE = "annulus.request-id";
  private static final Pattern SAFE_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final MeterRegistry metrics;

  RequestObserver(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  void addTo(JavalinConfig javalin) {
    javalin.routes.before(
        ctx -> {
          String given = ctx.header(REQUEST_ID);
          String id = given != null && SAFE_ID.matcher(given).matches() ? given : newId();
          ctx.attribute(ID_ATTRIBUTE, id);
          ctx.header(REQUEST_ID, id);
          ctx.header("X-Content-Type-Options", "nosniff");
        });
    javalin.requestLogger.http((ctx, millis) -> observe(ctx, millis));
  }

  static String idOf(Context ctx) {
    String id = ctx.attribute(ID_ATTRIBUTE);
    return id == null ? "" : id;
  }

  /** Identifies a request and protects nothing, so it may be guessable. */
  private static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Labels come from fixed lists: a client's choice must not create meters. */
  private void observe(Context ctx, float millis) {
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    String route = endpoint == null ? "none" : endpoint.path;
    Timer.builder("annulus.http.requests")
        .description("HTTP requests by route and status")
        .tag("route", route)
        .tag("method", RequestMethods.label(ctx.method().name()))
        .tag("code", Integer.toString(ctx.statusCode()))
        .register(metrics)
        .record(Duration.ofNanos((long) (millis * 1e6)));
  }
}
