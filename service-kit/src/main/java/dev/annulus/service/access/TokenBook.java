package dev.annulus.service.access;

import dev.annulus.service.config.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokens that are valid. Immutable. */
public final class TokenBook {
  /** Without tokens. */
  public static final TokenBook EMPTY = new TokenBook(List.of());

  private final List<ApiToken> tokens;

  private TokenBook(List<ApiToken> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  /**
   * Parses lines written by {@link ApiToken#line}; also separated by semicolons, for the
   * environment. Empty lines and those that begin with {@code #} are skipped.
   *
   * @param origin named in messages
   * @throws ConfigException naming origin, line number and rule, but not the line
   */
  public static TokenBook parse(String text, String origin) {
    Map<String, ApiToken> tokens = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("[\\n;]", -1)) {
      number++;
      if (line.isBlank() || line.trim().startsWith("#")) {
        continue;
      }
      try {
        ApiToken token = ApiToken.parse(line);
        if (tokens.put(token.name(), token) != null) {
          throw new IllegalArgumentException("the name " + token.name() + " is given twice");
        }
      } catch (IllegalArgumentException e) {
        throw new ConfigException(origin + ", line " + number + ": " + e.getMessage());
      }
    }
    return new TokenBook(new ArrayList<>(tokens.values()));
  }

  TokenBook with(ApiToken token) {
    List<ApiToken> more = new ArrayList<>(tokens);
    more.add(token);
    return new TokenBook(more);
  }

  /** Whether it has no tokens. */
  public boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** Compares with every token, so that the time does not reveal which one matches. */
  Optional<ApiToken> find(String secret) {
    byte[] hash = ApiToken.hashOf(secret);
    ApiToken found = null;
    for (ApiToken token : tokens) {
      if (token.hasHash(hash)) {
        found = token;
      }
    }
    return Optional.ofNullable(found);
  }

  Optional<ApiToken> named(String name) {
    return tokens.stream().filter(token -> token.name().equals(name)).findFirst();
  }
}
