package dev.annulus.service.access;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the token of a request: {@code Authorization: Bearer}, {@code Token} (as InfluxDB clients
 * send it), the password of {@code Basic} (for clients limited to it), or a session cookie where
 * there are sessions. A cookie never overrides an invalid header. Thread-safe.
 */
final class Credentials {
  static final String COOKIE = "annulus_session";

  private final TokenBook tokens;
  private final @Nullable Sessions sessions;

  /**
   * @param sessions null to accept no cookies
   */
  Credentials(TokenBook tokens, @Nullable Sessions sessions) {
    this.tokens = tokens;
    this.sessions = sessions;
  }

  boolean areGiven(Context ctx) {
    return ctx.header("Authorization") != null || ctx.cookie(COOKIE) != null;
  }

  /** Whether the caller relies on a cookie where none is accepted. */
  boolean isCookieInVain(Context ctx) {
    return sessions == null && ctx.header("Authorization") == null && ctx.cookie(COOKIE) != null;
  }

  Optional<ApiToken> of(Context ctx) {
    String header = ctx.header("Authorization");
    if (header == null) {
      return sessions == null ? Optional.empty() : sessions.find(ctx.cookie(COOKIE), tokens);
    }
    String secret = secretOf(header);
    return secret == null ? Optional.empty() : tokens.find(secret);
  }

  private static @Nullable String secretOf(String header) {
    String[] parts = header.trim().split("\\s+", 2);
    if (parts.length < 2) {
      return null;
    }
    return switch (parts[0].toLowerCase(Locale.ROOT)) {
      case "bearer", "token" -> parts[1];
      case "basic" -> passwordOf(parts[1]);
      default -> null;
    };
  }

  private static @Nullable String passwordOf(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
