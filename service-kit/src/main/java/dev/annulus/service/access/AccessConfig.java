package dev.annulus.service.access;

import dev.annulus.service.config.ConfigException;
import dev.annulus.service.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Access control of a server.
 *
 * @param tokens if there are none, anyone may do anything
 * @param insecure whether to allow that on non-loopback addresses too
 * @param sessionKey signs browser sessions; must not be modified
 * @param sessionLength how long a browser stays signed in
 * @param origins allowed to call the API (CORS), such as {@code https://example.org}
 * @param requestsPerSecond per token, or per address without tokens; 0 for no limit
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AccessConfig(
    TokenBook tokens,
    boolean insecure,
    byte[] sessionKey,
    Duration sessionLength,
    Set<String> origins,
    int requestsPerSecond) {

  /** Anyone, on loopback only. */
  public static AccessConfig open() {
    return with(TokenBook.EMPTY);
  }

  /** These tokens and defaults. */
  public static AccessConfig with(TokenBook tokens) {
    return new AccessConfig(tokens, false, randomKey(), Duration.ofHours(12), Set.of(), 100_000);
  }

  /** Reads {@code auth.*}, {@code http.cors-origins} and {@code http.max-requests-per-second}. */
  public static AccessConfig from(Settings settings) {
    AccessConfig defaults = open();
    String key = settings.secretOrNull("auth.session-key");
    String origins = settings.text("http.cors-origins", "");
    return new AccessConfig(
        tokens(settings),
        settings.flag("auth.insecure", false),
        key == null ? defaults.sessionKey() : key(key),
        settings.duration("auth.session-length", defaults.sessionLength()),
        Arrays.stream(origins.split(","))
            .map(String::trim)
            .filter(origin -> !origin.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        settings.number(
            "http.max-requests-per-second", defaults.requestsPerSecond(), 0, 1_000_000));
  }

  public AccessConfig {
    origins = Set.copyOf(origins);
    for (String origin : origins) {
      if (!origin.matches("https?://[^/*\\s]+")) {
        throw new ConfigException(
            "http.cors-origins must be origins such as https://example.org, got \"%s\""
                .formatted(origin));
      }
    }
  }

  /** A copy with an additional token for the process itself; unchanged if there are no tokens. */
  public AccessConfig withOneMore(ApiToken token) {
    return tokens.isEmpty()
        ? this
        : new AccessConfig(
            tokens.with(token), insecure, sessionKey, sessionLength, origins, requestsPerSecond);
  }

  /**
   * Refuses a non-loopback address if there are no tokens.
   *
   * @throws ConfigException naming the alternatives
   */
  public void requireSafe(String key, String host) {
    if (tokens.isEmpty() && !insecure && !isLoopback(host)) {
      throw new ConfigException(
          "%s is %s, which others can reach, and there are no API tokens: set auth.tokens-file (make a token with annulus token create), bind to 127.0.0.1, or pass --insecure to let everyone in"
              .formatted(key, host));
    }
  }

  @Override
  public String toString() {
    return "AccessConfig[tokens=%s, insecure=%s, origins=%s]"
        .formatted(tokens.isEmpty() ? "none" : "some", insecure, origins);
  }

  private static TokenBook tokens(Settings settings) {
    String inline = settings.secretOrNull("auth.tokens");
    String file = settings.textOrNull("auth.tokens-file");
    StringBuilder text = new StringBuilder();
    if (file != null) {
      text.append(read(Path.of(file))).append('\n');
      // ANNULUS_AUTH_TOKENS_FILE is both the variable of auth.tokens-file and the file of
      // auth.tokens.
      if (inline != null && inline.strip().contentEquals(text.toString().strip())) {
        inline = null;
      }
    }
    TokenBook fromFile = TokenBook.parse(text.toString(), "auth.tokens-file");
    if (file != null && inline == null && fromFile.isEmpty()) {
      throw new ConfigException("auth.tokens-file " + file + " holds no token");
    }
    return inline == null
        ? fromFile
        : TokenBook.parse(text.append(inline).toString(), "auth.tokens");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException("cannot read auth.tokens-file " + file + ": " + e);
    }
  }

  private static byte[] key(String text) {
    if (text.length() < 32) {
      throw new ConfigException("auth.session-key must have at least 32 characters");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] randomKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /** Whether an address is reachable from this machine only. */
  public static boolean isLoopback(@Nullable String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
