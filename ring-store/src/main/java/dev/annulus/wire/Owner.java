package dev.annulus.wire;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a record on the topic {@code samples}: the name of the token it was sent with, never
 * its secret. Producers that bypass the gateway may set any name, or none.
 */
public final class Owner {
  /** The Kafka record header that names the token. */
  public static final String HEADER = "annulus-token";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private Owner() {}

  /** The token name in a header; empty if absent or not a valid name. */
  public static String of(@Nullable String header) {
    return header != null && NAME.matcher(header).matches() ? header : "";
  }
}
