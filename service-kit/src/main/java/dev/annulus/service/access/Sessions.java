package dev.annulus.service.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Browser sessions without a store: the cookie says which token signed in and until when, and is
 * signed with the server's key. A session ends with its token. Thread-safe.
 *
 * <pre>
 * name "." expiry in epoch seconds "." HMAC-SHA256(key, name "." expiry "." token's hash)
 * </pre>
 *
 * The name may hold dots: the cookie is read from its end.
 */
final class Sessions {
  private static final int MOST_ENDED = 10_000;

  private final EndedSessions ended = new EndedSessions(MOST_ENDED);
  private final byte[] key;
  private final Duration length;
  private final InstantSource clock;

  /**
   * @param key shared by the servers that shall know each other's sessions
   * @param length of a session
   */
  Sessions(byte[] key, Duration length, InstantSource clock) {
    this.key = key.clone();
    this.length = length;
    this.clock = clock;
  }

  Duration length() {
    return length;
  }

  String begin(ApiToken token) {
    long expiry = clock.instant().plus(length).getEpochSecond();
    return token.name() + "." + expiry + "." + encode(signature(token, expiry));
  }

  /** The token that signed in; empty if the session is over, forged, or its token is gone. */
  Optional<ApiToken> find(@Nullable String cookie, TokenBook tokens) {
    if (cookie == null || ended.isEnded(cookie)) {
      return Optional.empty();
    }
    int last = cookie.lastIndexOf('.');
    int middle = cookie.lastIndexOf('.', last - 1);
    if (middle < 1) {
      return Optional.empty();
    }
    try {
      long expiry = Long.parseLong(cookie, middle + 1, last, 10);
      byte[] signature = Base64.getUrlDecoder().decode(cookie.substring(last + 1));
      return tokens
          .named(cookie.substring(0, middle))
          .filter(token -> MessageDigest.isEqual(signature(token, expiry), signature))
          .filter(token -> clock.instant().getEpochSecond() < expiry);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Ends a session before its time; what is none, or is over, is left alone. */
  void end(@Nullable String cookie, TokenBook tokens) {
    if (cookie != null && find(cookie, tokens).isPresent()) {
      int last = cookie.lastIndexOf('.');
      long expiry = Long.parseLong(cookie, cookie.lastIndexOf('.', last - 1) + 1, last, 10);
      ended.end(cookie, expiry, clock.instant().getEpochSecond());
    }
  }

  private byte[] signature(ApiToken token, long expiry) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(token.name().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) '.');
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(expiry).array());
      return mac.doFinal(token.hash());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
