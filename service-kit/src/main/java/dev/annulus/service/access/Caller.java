package dev.annulus.service.access;

import io.javalin.http.Context;
import java.util.EnumSet;
import java.util.Set;

/**
 * The caller of a request.
 *
 * @param name of the token; {@code anonymous} if no tokens are configured
 * @param scopes of the token
 */
public record Caller(String name, Set<Scope> scopes) {
  private static final String ATTRIBUTE = "annulus.caller";

  /** Anyone, if no tokens are configured. */
  static final Caller ANONYMOUS =
      new Caller("anonymous", EnumSet.of(Scope.INGEST, Scope.QUERY, Scope.ADMIN));

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** The caller of an admitted request. */
  public static Caller of(Context ctx) {
    Caller caller = ctx.attribute(ATTRIBUTE);
    return caller == null ? ANONYMOUS : caller;
  }

  /** Whether the caller has a token. */
  @SuppressWarnings("ReferenceEquality") // a token may have the same name and scopes
  public boolean hasToken() {
    return this != ANONYMOUS;
  }

  static Caller of(ApiToken token) {
    return new Caller(token.name(), token.scopes());
  }

  void putInto(Context ctx) {
    ctx.attribute(ATTRIBUTE, this);
  }
}
