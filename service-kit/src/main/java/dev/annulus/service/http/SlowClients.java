package dev.annulus.service.http;

import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * What clients that are slow, or silent, may keep. No thread waits for them, only memory does.
 *
 * @param bodyTimeout longest pause of a request's body
 * @param minBodyRate bytes a second a body must arrive with on average, after its first second
 * @param maxBodies bytes of all bodies that have arrived in part; beyond it the one that has waited
 *     longest is cut off
 * @param writeTimeout in which a client must take the next {@value PendingAnswer#BLOCK} bytes of
 *     its answer
 * @param maxAnswers bytes of all answers that clients have not taken yet; beyond it the one that
 *     has waited longest is cut off
 */
public record SlowClients(
    Duration bodyTimeout,
    long minBodyRate,
    long maxBodies,
    Duration writeTimeout,
    long maxAnswers) {

  /** Limits that go with the heap. */
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

  /** The same with another rate, bytes a second. */
  public SlowClients withMinBodyRate(long rate) {
    return new SlowClients(bodyTimeout, rate, maxBodies, writeTimeout, maxAnswers);
  }

  /** The same with other time-outs. */
  public SlowClients withTimeouts(Duration body, Duration write) {
    return new SlowClients(body, minBodyRate, maxBodies, write, maxAnswers);
  }

  /** The same with other bounds on memory. */
  public SlowClients withBytes(long bodies, long answers) {
    return new SlowClients(bodyTimeout, minBodyRate, bodies, writeTimeout, answers);
  }
}
