package dev.annulus.service.access;

import dev.annulus.service.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.security.RouteRole;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits a request if its caller has the {@link Scope} of the route. A route without a scope needs
 * {@link Scope#ADMIN}, so that a forgotten declaration closes a route instead of opening it.
 * Thread-safe.
 */
public final class AccessControl {
  private static final String REALM = "Bearer realm=\"annulus\"";

  private static final Set<HandlerType> SAFE_METHODS =
      Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

  private final AccessConfig config;
  private final @Nullable Sessions sessions;
  private final Credentials credentials;
  private final Origins origins;
  private final RateLimit rate;
  private final MeterRegistry metrics;

  /**
   * @param ended shared by all servers that accept sessions; null to accept tokens only
   */
  public AccessControl(
      AccessConfig config,
      @Nullable EndedSessions ended,
      InstantSource clock,
      LongSupplier nanoClock,
      MeterRegistry metrics) {
    this.config = config;
    this.sessions =
        ended == null
            ? null
            : new Sessions(config.sessionKey(), config.sessionLength(), ended, clock);
    this.credentials = new Credentials(config.tokens(), sessions);
    this.origins = new Origins(config);
    this.rate = new RateLimit(config.requestsPerSecond(), nanoClock);
    this.metrics = metrics;
  }

  /** Must be registered before all routes. */
  public void addTo(RoutesConfig routes) {
    origins.addTo(routes);
    routes.beforeMatched(this::check);
    if (sessions != null) {
      new SessionRoutes(config, credentials, sessions).addTo(routes);
    }
  }

  private void check(Context ctx) {
    origins.refuseForeign(ctx);
    Set<RouteRole> roles = ctx.routeRoles();
    if (roles.contains(Scope.ANYONE)) {
      return;
    }
    ctx.header("Cache-Control", "no-store");
    Caller caller = config.tokens().isEmpty() ? Caller.ANONYMOUS : identified(ctx);
    Scope needed = scopeOf(roles);
    if (!caller.scopes().contains(needed)) {
      ctx.header(
          "WWW-Authenticate",
          REALM + ", error=\"insufficient_scope\", scope=\"" + needed.label() + "\"");
      refused("scope");
      throw Problem.of(
              403, "forbidden", "This needs a token with the scope " + needed.label() + ".")
          .toException();
    }
    limitRate(config.tokens().isEmpty() ? "address " + ctx.ip() : "token " + caller.name());
    caller.putInto(ctx);
  }

  private static Scope scopeOf(Set<RouteRole> roles) {
    for (RouteRole role : roles) {
      if (role instanceof Scope scope) {
        return scope;
      }
    }
    return Scope.ADMIN;
  }

  private Caller identified(Context ctx) {
    Optional<ApiToken> token = credentials.of(ctx);
    if (token.isPresent()) {
      return Caller.of(token.get());
    }
    limitRate("refused " + ctx.ip());
    boolean given = credentials.areGiven(ctx);
    ctx.header("WWW-Authenticate", given ? REALM + ", error=\"invalid_token\"" : REALM);
    refused("token");
    throw Problem.of(
            401,
            "unauthorized",
            credentials.isCookieInVain(ctx)
                ? "This server accepts no sessions: send Authorization: Bearer TOKEN."
                : given
                    ? "The token or session is not valid."
                    : "A token is needed: send Authorization: Bearer TOKEN.")
        .toException();
  }

  private void limitRate(String caller) {
    Optional<Duration> wait = rate.take(caller);
    if (wait.isPresent()) {
      refused("rate");
      throw new Problem(
              429,
              "too_many_requests",
              "More than " + config.requestsPerSecond() + " requests in a second.",
              wait.get(),
              Map.of())
          .toException();
    }
  }

  private void refused(String reason) {
    Counter.builder("annulus.http.refused.requests")
        .description(
            "Requests refused before they reach a route: no valid token or scope, too many")
        .tag("reason", reason)
        .register(metrics)
        .increment();
  }

  /** Whether a request's method is not a safe one. */
  static boolean isChange(Context ctx) {
    return !SAFE_METHODS.contains(ctx.method());
  }
}
