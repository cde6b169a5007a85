package dev.annulus.store;

import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A counter's totals over its whole life, beyond its ring:
 *
 * <pre>
 *  0           8        16         24         32
 * │ last ts   │ resets │ increase │ last raw │     each big-endian, the last two IEEE-754 bits
 * </pre>
 *
 * <p>and with increments, whose duplicates must be detected:
 *
 * <pre>
 *  0           8                  12       20       28         36         44
 * │ last ts   │ 1 bit set ‖ nanos │ position │ resets │ increase │ last raw │
 * </pre>
 *
 * <p>Samples count in ts order; a sample no newer than the last is ignored, so replays are
 * idempotent. Byte order puts the state with the later ts last and, for equal ts, the one with more
 * increments.
 *
 * @param lastTs epoch seconds of the newest counted sample
 * @param lastNanos nanoseconds within that second; {@link #WHOLE_SECOND} if no more increments of
 *     this second count
 * @param lastPosition the last counted increment: record offset ‖ rank in the record; {@link
 *     Long#MAX_VALUE} if timestamps alone detect duplicates
 * @param resets number of times the raw value fell
 * @param increase total increase; after a reset the counter starts at zero, so the raw value itself
 *     is the increment
 * @param lastRaw the newest raw value
 */
public record CounterState(
    long lastTs, int lastNanos, long lastPosition, long resets, double increase, double lastRaw) {
  /** {@code lastNanos} of a state whose second is over. */
  static final int WHOLE_SECOND = 999_999_999;

  private static final long MILLIS = 1_000;
  private static final int BYTES = 32;
  private static final int BYTES_WITH_INCREMENTS = 44;

  /** Sorts a state with increments after one without: resets never reach this bit. */
  private static final int MARK = 0x8000_0000;

  /** A state that has only seen readings. */
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
   * The state after an increment. Increments carry no resets. A new counter starts at zero.
   *
   * @param ts epoch seconds of the increment; an older one counts at the state's ts
   * @param nanos within the second
   * @param position offset and rank of the increment; {@link Long#MAX_VALUE} if its timestamp is in
   *     nanoseconds
   */
  static CounterState grown(
      @Nullable CounterState before, long ts, int nanos, long position, double increment) {
    return before == null
        ? new CounterState(ts, nanos, position, 0, increment, increment)
        : new CounterState(
            Math.max(ts, before.lastTs),
            nanos,
            position,
            before.resets,
            before.increase + increment,
            before.lastRaw + increment);
  }

  byte[] encode() {
    if (lastNanos == WHOLE_SECOND && lastPosition == Long.MAX_VALUE) {
      return totals(ByteBuffer.allocate(BYTES).putLong(lastTs)).array();
    }
    return totals(
            ByteBuffer.allocate(BYTES_WITH_INCREMENTS)
                .putLong(lastTs)
                .putInt(MARK | lastNanos)
                .putLong(lastPosition))
        .array();
  }

  /** The form of layout 2: the same, with the last ts in milliseconds. */
  byte[] encodeMillis() {
    byte[] encoded = encode();
    ByteBuffer.wrap(encoded).putLong(0, lastTs * MILLIS);
    return encoded;
  }

  /** The inverse of {@link #encodeMillis}. */
  static CounterState decodeMillis(byte[] bytes) {
    CounterState state = decode(bytes);
    return new CounterState(
        Math.floorDiv(state.lastTs, MILLIS),
        state.lastNanos,
        state.lastPosition,
        state.resets,
        state.increase,
        state.lastRaw);
  }

  private ByteBuffer totals(ByteBuffer buffer) {
    return buffer.putLong(resets).putDouble(increase).putDouble(lastRaw);
  }

  /** Whether an encoded state can have this length. */
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
              "a counter state has %d bytes, expected %d or %d"
                  .formatted(bytes.length, BYTES, BYTES_WITH_INCREMENTS));
    };
  }
}
