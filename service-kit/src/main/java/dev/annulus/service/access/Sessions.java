package dev.annulus.service.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Browser sessions: the cookie contains the name of the token and the expiry, and is signed with a
 * key that all servers share. A session ends when its token is removed or when it is signed out.
 * Thread-safe.
 *
 * <pre>
 * name "." expiry in epoch seconds "." id "." HMAC-SHA256(key, name "." expiry "." id token's hash)
 * </pre>
 *
 * The name may contain dots: the cookie is parsed from its end.
 */
final class Sessions {
  private static final int ID_BYTES = 12;

  private final SecureRandom random = new SecureRandom();
  private final EndedSessions ended;
  private final byte[] key;
  private final Duration length;
  private final InstantSource clock;

  /**
   * @param key shared by the servers that accept each other's sessions
   * @param length of a session
   */
  Sessions(byte[] key, Duration length, EndedSessions ended, InstantSource clock) {
    this.key = key.clone();
    this.length = length;
    this.ended = ended;
    this.clock = clock;
  }

  /** A session that is neither expired nor forged; it may have been signed out. */
  private record Session(ApiToken token, String id, long expiry) {}

  String begin(ApiToken token) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    long expiry = clock.instant().plus(length).getEpochSecond();
    Session session = new Session(token, encode(id), expiry);
    return token.name() + "." + expiry + "." + session.id() + "." + encode(signature(session));
  }

  /**
   * The token of a session; empty if it is expired or forged, or its token was removed.
   *
   * @throws dev.annulus.service.http.ProblemException 503 if it is not known whether it was signed
   *     out
   */
  Optional<ApiToken> find(@Nullable String cookie, TokenBook tokens) {
    return read(cookie, tokens)
        .filter(one -> !ended.isEnded(one.token().name(), one.id(), one.expiry()))
        .map(Session::token);
  }

  /** Signs a session out; ignores a cookie that is invalid or expired. */
  CompletableFuture<Void> end(@Nullable String cookie, TokenBook tokens) {
    return read(cookie, tokens)
        .map(one -> ended.end(one.token().name(), one.id(), one.expiry()))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private Optional<Session> read(@Nullable String cookie, TokenBook tokens) {
    if (cookie == null) {
      return Optional.empty();
    }
    int third = cookie.lastIndexOf('.');
    int second = cookie.lastIndexOf('.', third - 1);
    int first = cookie.lastIndexOf('.', second - 1);
    if (first < 1) {
      return Optional.empty();
    }
    try {
      long expiry = Long.parseLong(cookie, first + 1, second, 10);
      byte[] signature = Base64.getUrlDecoder().decode(cookie.substring(third + 1));
      return tokens
          .named(cookie.substring(0, first))
          .map(token -> new Session(token, cookie.substring(second + 1, third), expiry))
          .filter(one -> MessageDigest.isEqual(signature(one), signature))
          .filter(one -> clock.instant().getEpochSecond() < one.expiry());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private byte[] signature(Session session) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(session.token().name().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) '.');
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(session.expiry()).array());
      mac.update(session.id().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) '.');
      return mac.doFinal(session.token().hash());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
