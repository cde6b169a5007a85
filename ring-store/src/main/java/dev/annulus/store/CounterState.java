package dev.annulus.store;

import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a counter's whole life, beyond its ring:
 *
 * <pre>
 *  0           8        16         24         32
 * │ last ts   │ resets │ increase │ last raw │     each big-endian, the last two IEEE-754 bits
 * </pre>
 *
 * <p>Samples count in ts order; one that is not newer than the last is ignored, so that replays
 * change nothing. The state with the later ts is the larger one in bytes.
 *
 * @param lastTs epoch seconds of the newest sample counted
 * @param resets how often the raw value fell
 * @param increase the sum of all increments; after a reset the counter starts again at zero, so the
 *     raw value itself is the increment
 * @param lastRaw the newest raw value
 */
public record CounterState(long lastTs, long resets, double increase, double lastRaw) {
  private static final int BYTES = 32;

  /** The state after a counter's first sample. */
  static CounterState first(long ts, double raw) {
    return new CounterState(ts, 0, 0, raw);
  }

  /** The state after one more sample. */
  CounterState after(long ts, double raw) {
    if (ts <= lastTs) {
      return this;
    }
    return raw < lastRaw
        ? new CounterState(ts, resets + 1, increase + raw, raw)
        : new CounterState(ts, resets, increase + (raw - lastRaw), raw);
  }

  /**
   * The state after an increment, which itself says nothing of resets. A counter never seen before
   * starts at zero.
   *
   * @param ts newer than the state's
   */
  static CounterState grown(@Nullable CounterState before, long ts, double increment) {
    return before == null
        ? new CounterState(ts, 0, increment, increment)
        : new CounterState(
            ts, before.resets, before.increase + increment, before.lastRaw + increment);
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putLong(lastTs)
        .putLong(resets)
        .putDouble(increase)
        .putDouble(lastRaw)
        .array();
  }

  static CounterState decode(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "a counter state has %d bytes instead of %d".formatted(bytes.length, BYTES));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new CounterState(
        buffer.getLong(), buffer.getLong(), buffer.getDouble(), buffer.getDouble());
  }
}
