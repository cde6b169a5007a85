package dev.annulus.wire;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who sent the samples of a record on the topic {@code samples}: the name of a token, never its
 * secret. Whoever writes to the topic without the gateway may say what they like, or nothing.
 */
public final class Owner {
  /** The Kafka record header that names the token. */
  public static final String HEADER = "annulus-token";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private Owner() {}

  /** The token a header names; empty if there is none, or it cannot be one's name. */
  public static String of(@Nullable String header) {
    return header != null && NAME.matcher(header).matches() ? header : "";
  }
}
