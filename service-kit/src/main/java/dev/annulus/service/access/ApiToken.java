package dev.annulus.service.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A stored token: {@code name scope[,scope] sha256:hex}. The secret has 256 random bits, so a plain
 * hash cannot be reversed. Immutable.
 */
public final class ApiToken {
  private static final String PREFIX = "ann_";
  private static final String HASH_PREFIX = "sha256:";
  private static final int RANDOM_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final String name;
  private final Set<Scope> scopes;
  private final byte[] hash;

  private ApiToken(String name, Set<Scope> scopes, byte[] hash) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a token's name must be 1 to 64 letters, digits, dots, dashes or underscores");
    }
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("a token needs at least one scope");
    }
    this.name = name;
    this.scopes = Collections.unmodifiableSet(EnumSet.copyOf(scopes));
    this.hash = hash;
  }

  /**
   * A newly created token.
   *
   * @param secret sent by the client; not stored anywhere
   * @param stored kept by the server
   */
  public record Created(String secret, ApiToken stored) {
    @Override
    public String toString() {
      return stored.toString();
    }
  }

  /**
   * Creates a token.
   *
   * @throws IllegalArgumentException if the name is invalid or there are no scopes
   */
  public static Created create(String name, Set<Scope> scopes, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new Created(secret, new ApiToken(name, scopes, hashOf(secret)));
  }

  /**
   * Parses a stored line.
   *
   * @throws IllegalArgumentException saying what is wrong, without repeating the line: it may hold
   *     a token put there by mistake
   */
  public static ApiToken parse(String line) {
    String[] parts = line.trim().split("\\s+", -1);
    if (parts.length != 3 || !parts[2].startsWith(HASH_PREFIX)) {
      throw new IllegalArgumentException("a line must be: name scope[,scope] sha256:hex");
    }
    byte[] hash;
    try {
      hash = HexFormat.of().parseHex(parts[2].substring(HASH_PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the hash must be hexadecimal", e);
    }
    if (hash.length != 32) {
      throw new IllegalArgumentException("the hash must have 64 hexadecimal digits");
    }
    return new ApiToken(parts[0], scopes(parts[1]), hash);
  }

  /**
   * Scopes from {@code ingest,query}.
   *
   * @throws IllegalArgumentException naming the unknown scope
   */
  public static Set<Scope> scopes(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::trim)
        .map(Scope::of)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
  }

  static byte[] hashOf(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its owner; appears in logs and metrics. */
  public String name() {
    return name;
  }

  /** Its scopes. */
  public Set<Scope> scopes() {
    return scopes;
  }

  /** The line to store. */
  public String line() {
    return name
        + " "
        + scopes.stream().map(Scope::label).collect(Collectors.joining(","))
        + " "
        + HASH_PREFIX
        + HexFormat.of().formatHex(hash);
  }

  /** Takes constant time. */
  boolean hasHash(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  byte[] hash() {
    return hash.clone();
  }

  @Override
  public String toString() {
    return "token " + name;
  }
}
