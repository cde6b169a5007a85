package dev.annulus.service.access;

import io.javalin.http.Context;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who makes a request.
 *
 * @param name of the token; {@code anonymous} where none is asked for
 * @param scopes what the caller may do
 */
public record Caller(String name, Set<Scope> scopes) {
  private static final String ATTRIBUTE = "annulus.caller";

  /** Everyone, where no tokens are configured. */
  static final Caller ANONYMOUS =
      new Caller("anonymous", EnumSet.of(Scope.INGEST, Scope.QUERY, Scope.ADMIN));

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** The caller of a request that was let through. */
  public static Caller of(Context ctx) {
    Caller caller = ctx.attribute(ATTRIBUTE);
    return caller == null ? ANONYMOUS : caller;
  }

  /** Whether it is one with a token, not everyone. */
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
