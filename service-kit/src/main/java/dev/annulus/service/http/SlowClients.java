package dev.annulus.service.http;

import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * Limits for slow or silent clients. They hold memory, never a thread.
 *
 * @param bodyTimeout maximum pause within a request body
 * @param minBodyRate minimum average rate of a body in bytes/s, after the first second
 * @param maxBodies bytes of all incomplete bodies; beyond it the one that has waited longest is cut
 *     off
 * @param writeTimeout in which a client must receive the next {@value PendingAnswer#BLOCK} bytes of
 *     its response
 * @param maxAnswers bytes of all responses that clients have not received yet; beyond it the one
 *     that has waited longest is cut off
 */
public record SlowClients(
    Duration bodyTimeout,
    long minBodyRate,
    long maxBodies,
    Duration writeTimeout,
    long maxAnswers) {

  /** Defaults as fractions of the heap. */
  public static SlowClients defaults() {
    long heap = Runtime.getRuntime().maxMemory();
    return new SlowClients(
        Duration.ofSeconds(5), 1_024, heap / 8, Duration.ofSeconds(10), heap / 16);
  }

  static SlowClients from(Settings settings) {
    SlowClients defaults = defaults();
    return new SlowClients(
        settings.duration("http.body-timeout", defaults.bodyTimeout),
        settings.bytes("http.min-body-rate", defaults.minBodyRate),
        settings.bytes("http.max-waiting-bodies", defaults.maxBodies),
        settings.duration("http.write-timeout", defaults.writeTimeout),
        settings.bytes("http.max-waiting-answers", defaults.maxAnswers));
  }

  /** A copy with another rate, bytes/s. */
  public SlowClients withMinBodyRate(long rate) {
    return new SlowClients(bodyTimeout, rate, maxBodies, writeTimeout, maxAnswers);
  }

  /** A copy with other timeouts. */
  public SlowClients withTimeouts(Duration body, Duration write) {
    return new SlowClients(body, minBodyRate, maxBodies, write, maxAnswers);
  }

  /** A copy with other memory limits. */
  public SlowClients withBytes(long bodies, long answers) {
    return new SlowClients(bodyTimeout, minBodyRate, bodies, writeTimeout, answers);
  }
}
