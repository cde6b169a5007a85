package dev.annulus.query.exec;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what, and until when.
 *
 * @param sql its text as the client sent it, or the request's first line
 * @param client the client's address, for those who look at the list
 * @param connection where the answer goes: the read is cancelled when the client leaves it; null if
 *     that is not known
 * @param arrived when its request was there, by {@link System#nanoTime}
 * @param timeout since then, waiting included
 */
public record ReadRequest(
    String sql,
    String client,
    @Nullable ClientConnection connection,
    long arrived,
    Duration timeout) {

  /** By {@link System#nanoTime}. */
  long deadline() {
    return arrived + timeout.toNanos();
  }
}
