package dev.annulus.query.exec;

import dev.annulus.service.config.Settings;
import java.time.Duration;

/**
 * How many reads of any kind there may be at a time.
 *
 * @param longPlaces reads that take longer than {@code shortTime}, at a time
 * @param shortPlaces reads in their first moments, at a time: the long ones never take these
 * @param shortTime of a processor after which a read needs a long place, a quarter of it while
 *     others wait to begin, who come first after a twentieth; waiting for the store counts a tenth,
 *     or half while others wait
 * @param queue most reads that wait for a long place; four times as many may wait to begin
 * @param paused most reads that wait for clients to take their answers, at a time; beyond it the
 *     one that has waited longest is cut off
 * @param requestBytes memory that the requests of all reads may take, estimated; further ones are
 *     turned away
 */
public record ReadLimits(
    int longPlaces, int shortPlaces, Duration shortTime, int queue, int paused, long requestBytes) {
  /** Limits that go with the processors: long reads leave half of them to ingest. */
  public static final ReadLimits DEFAULT = of(Runtime.getRuntime().availableProcessors());

  static ReadLimits of(int processors) {
    return new ReadLimits(
        Math.max(2, processors / 2),
        Math.max(4, processors),
        Duration.ofMillis(100),
        64,
        64,
        Runtime.getRuntime().maxMemory() / 16);
  }

  public static ReadLimits from(Settings settings) {
    return new ReadLimits(
        settings.number("query.concurrency", DEFAULT.longPlaces, 1, 10_000),
        settings.number("query.short-concurrency", DEFAULT.shortPlaces, 1, 10_000),
        settings.duration("query.short-time", DEFAULT.shortTime),
        settings.number("query.queue", DEFAULT.queue, 1, 1_000_000),
        settings.number("query.max-paused", DEFAULT.paused, 1, 100_000),
        settings.bytes("query.max-request-bytes", DEFAULT.requestBytes));
  }
}
