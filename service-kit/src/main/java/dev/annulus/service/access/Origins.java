package dev.annulus.service.access;

import dev.annulus.service.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Same-origin and CORS checks: pages of this server and of configured origins may call the API.
 * Other pages cannot change anything, not even with requests that browsers send without a
 * preflight. Without tokens, requests for a foreign host name are refused too (DNS rebinding).
 */
final class Origins {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

  private final AccessConfig config;

  Origins(AccessConfig config) {
    this.config = config;
  }

  void addTo(RoutesConfig routes) {
    if (!config.origins().isEmpty()) {
      routes.before(this::answerBrowser);
    }
  }

  void refuseForeign(Context ctx) {
    String host = ctx.header("Host");
    if (config.tokens().isEmpty()
        && !config.insecure()
        && host != null
        && !LOOPBACK.matcher(host).matches()) {
      throw Problem.of(
              403, "foreign_host", "Without tokens this server is called by a loopback name only.")
          .toException();
    }
    String origin = ctx.header("Origin");
    if (AccessControl.isChange(ctx)
        && origin != null
        && !isOwn(origin, host)
        && !config.origins().contains(origin)) {
      throw Problem.of(
              403,
              "foreign_origin",
              "Pages of other origins may not do this; http.cors-origins names those that may.")
          .toException();
    }
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    int authority = origin.indexOf("://");
    return authority >= 0 && origin.substring(authority + 3).equalsIgnoreCase(host);
  }

  private void answerBrowser(Context ctx) {
    String origin = ctx.header("Origin");
    ctx.res().addHeader("Vary", "Origin");
    if (origin == null || !config.origins().contains(origin)) {
      return;
    }
    ctx.header("Access-Control-Allow-Origin", origin);
    ctx.header("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
    if (ctx.method().equals(HandlerType.OPTIONS)
        && ctx.header("Access-Control-Request-Method") != null) {
      ctx.header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
      ctx.header(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, Content-Encoding, If-Match, X-Request-Id");
      ctx.header("Access-Control-Max-Age", "600");
      ctx.status(204).skipRemainingHandlers();
    }
  }
}
