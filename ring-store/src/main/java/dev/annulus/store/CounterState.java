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
 * <p>and where increments are added up, which must be told from their repetitions:
 *
 * <pre>
 *  0           8                  12       20       28         36         44
 * │ last ts   │ 1 bit set ‖ nanos │ place  │ resets │ increase │ last raw │
 * </pre>
 *
 * <p>Samples count in ts order; one that is not newer than the last is ignored, so that replays
 * change nothing. The state with the later ts is the larger one in bytes; of equal ts, the one that
 * has added more increments.
 *
 * @param lastTs epoch seconds of the newest sample counted
 * @param lastNanos nanoseconds within that second; {@link #WHOLE_SECOND} if no increment of this
 *     second counts any more
 * @param lastPlace the last increment counted: its record's offset ‖ its rank in it; {@link
 *     Long#MAX_VALUE} if times alone tell repetitions
 * @param resets how often the raw value fell
 * @param increase the sum of all increments; after a reset the counter starts again at zero, so the
 *     raw value itself is the increment
 * @param lastRaw the newest raw value
 */
public record CounterState(
    long lastTs, int lastNanos, long lastPlace, long resets, double increase, double lastRaw) {
  /** The nanoseconds of a state whose second is over. */
  static final int WHOLE_SECOND = 999_999_999;

  private static final int BYTES = 32;
  private static final int BYTES_WITH_INCREMENTS = 44;

  /** Sorts a state with increments behind one without: resets never reach this bit. */
  private static final int MARK = 0x8000_0000;

  /** A state that readings alone have led to. */
  public CounterState(long lastTs, long resets, double increase, double lastRaw) {
    this(lastTs, WHOLE_SECOND, Long.MAX_VALUE, resets, increase, lastRaw);
  }

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
   * @param ts of the increment; one older than the state's counts at the state's ts
   * @param nanos within the second
   * @param place of the increment, {@link Long#MAX_VALUE} if its time is exact
   */
  static CounterState grown(
      @Nullable CounterState before, long ts, int nanos, long place, double increment) {
    return before == null
        ? new CounterState(ts, nanos, place, 0, increment, increment)
        : new CounterState(
            Math.max(ts, before.lastTs),
            nanos,
            place,
            before.resets,
            before.increase + increment,
            before.lastRaw + increment);
  }

  byte[] encode() {
    if (lastNanos == WHOLE_SECOND && lastPlace == Long.MAX_VALUE) {
      return totals(ByteBuffer.allocate(BYTES).putLong(lastTs)).array();
    }
    return totals(
            ByteBuffer.allocate(BYTES_WITH_INCREMENTS)
                .putLong(lastTs)
                .putInt(MARK | lastNanos)
                .putLong(lastPlace))
        .array();
  }

  private ByteBuffer totals(ByteBuffer buffer) {
    return buffer.putLong(resets).putDouble(increase).putDouble(lastRaw);
  }

  /** Whether an encoded state may have so many bytes. */
  static boolean hasLength(int bytes) {
    return bytes == BYTES || bytes == BYTES_WITH_INCREMENTS;
  }

  static CounterState decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return switch (bytes.length) {
      case BYTES ->
          new CounterState(
              buffer.getLong(), buffer.getLong(), buffer.getDouble(), buffer.getDouble());
      case BYTES_WITH_INCREMENTS ->
          new CounterState(
              buffer.getLong(),
              buffer.getInt() & ~MARK,
              buffer.getLong(),
              buffer.getLong(),
              buffer.getDouble(),
              buffer.getDouble());
      default ->
          throw new StoreException(
              StoreException.Kind.CORRUPT,
              "a counter state has %d bytes instead of %d or %d"
                  .formatted(bytes.length, BYTES, BYTES_WITH_INCREMENTS));
    };
  }
}
