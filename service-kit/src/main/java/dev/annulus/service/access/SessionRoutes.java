package dev.annulus.service.access;

import dev.annulus.service.http.AnswerThreads;
import dev.annulus.service.http.JsonBody;
import dev.annulus.service.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /session}: POST signs a browser in with a token, DELETE signs it out, GET returns the
 * caller and whether a sign-in is required.
 */
final class SessionRoutes {
  private final AccessConfig config;
  private final Credentials credentials;
  private final Sessions sessions;

  SessionRoutes(AccessConfig config, Credentials credentials, Sessions sessions) {
    this.config = config;
    this.credentials = credentials;
    this.sessions = sessions;
  }

  private record SignIn(@Nullable String token) {
    @Override
    public String toString() {
      return "SignIn";
    }
  }

  void addTo(RoutesConfig routes) {
    routes.get("/session", this::tell, Scope.ANYONE);
    routes.post("/session", this::signIn, Scope.ANYONE);
    routes.delete("/session", this::signOut, Scope.ANYONE);
  }

  private void tell(Context ctx) {
    ctx.header("Cache-Control", "no-store").json(state(credentials.of(ctx)));
  }

  private void signIn(Context ctx) {
    String secret = JsonBody.read(ctx, SignIn.class).token();
    if (secret == null) {
      throw Problem.badRequest("token: is missing").toException();
    }
    ctx.header("Cache-Control", "no-store");
    if (config.tokens().isEmpty()) {
      ctx.json(state(Optional.empty()));
      return;
    }
    ApiToken token =
        config
            .tokens()
            .find(secret.trim())
            .orElseThrow(
                () -> Problem.of(401, "unauthorized", "The token is not valid.").toException());
    String cookie = sessions.begin(token);
    ctx.cookie(cookie(ctx, cookie, (int) config.sessionLength().toSeconds()));
    ctx.json(state(Optional.of(token)));
  }

  private void signOut(Context ctx) {
    ctx.future(
        () ->
            sessions
                .end(ctx.cookie(Credentials.COOKIE), config.tokens())
                .thenRunAsync(() -> tellSignedOut(ctx), AnswerThreads.of(ctx)));
  }

  private void tellSignedOut(Context ctx) {
    ctx.cookie(cookie(ctx, "", 0));
    ctx.header("Cache-Control", "no-store").json(state(Optional.empty()));
  }

  private static Cookie cookie(Context ctx, String value, int seconds) {
    Cookie cookie = new Cookie(Credentials.COOKIE, value);
    cookie.setPath("/");
    cookie.setMaxAge(seconds);
    cookie.setHttpOnly(true);
    cookie.setSecure(ctx.req().isSecure());
    cookie.setSameSite(SameSite.STRICT);
    return cookie;
  }

  private Map<String, Object> state(Optional<ApiToken> token) {
    Caller caller =
        config.tokens().isEmpty() ? Caller.ANONYMOUS : token.map(Caller::of).orElse(null);
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("token_required", !config.tokens().isEmpty());
    state.put("signed_in", caller != null);
    if (caller != null) {
      state.put("name", caller.name());
      state.put("scopes", caller.scopes().stream().map(Scope::label).sorted().toList());
    }
    return state;
  }
}
