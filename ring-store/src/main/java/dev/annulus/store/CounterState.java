package dev.annulus.store;

import dev.annulus.kv.StoreException;
import dev.annulus.model.Times;
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
 * <p>{@code last ts} is in milliseconds in layout 2, where {@code nanos} are those within the
 * millisecond; older versions of it wrote whole seconds there, and nanoseconds within the second.
 * In layout 1 it is always the latter, and {@code last ts} is in seconds.
 *
 * <p>Samples count in ts order; a sample no newer than the last is ignored, so replays are
 * idempotent. Byte order puts the state with the later ts last and, for equal ts, the one with more
 * increments.
 *
 * @param lastTsMillis epoch milliseconds of the newest counted sample
 * @param lastNanos nanoseconds after that; {@link #WHOLE_SECOND} after a reading: no increments of
 *     the second after it count
 * @param lastPosition the last counted increment: record offset ‖ rank in the record; {@link
 *     Long#MAX_VALUE} if timestamps alone detect duplicates
 * @param resets number of times the raw value fell
 * @param increase total increase; after a reset the counter starts at zero, so the raw value itself
 *     is the increment
 * @param lastRaw the newest raw value
 */
public record CounterState(
    long lastTsMillis,
    int lastNanos,
    long lastPosition,
    long resets,
    double increase,
    double lastRaw) {
  /** {@code lastNanos} of a state whose second is over. */
  static final int WHOLE_SECOND = 999_999_999;

  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int BYTES = 32;
  private static final int BYTES_WITH_INCREMENTS = 44;

  /** Sorts a state with increments after one without: resets never reach this bit. */
  private static final int MARK = 0x8000_0000;

  /** A state that has only seen readings. */
  public CounterState(long lastTsMillis, long resets, double increase, double lastRaw) {
    this(lastTsMillis, WHOLE_SECOND, Long.MAX_VALUE, resets, increase, lastRaw);
  }

  /** The state after a counter's first sample. */
  static CounterState first(long tsMillis, double raw) {
    return new CounterState(tsMillis, 0, 0, raw);
  }

  /** The state after one more sample. */
  CounterState after(long tsMillis, double raw) {
    if (tsMillis <= lastTsMillis) {
      return this;
    }
    return raw < lastRaw
        ? new CounterState(tsMillis, resets + 1, increase + raw, raw)
        : new CounterState(tsMillis, resets, increase + (raw - lastRaw), raw);
  }

  /** Whether an instant is after the newest counted sample; nanoseconds decide. */
  boolean isBefore(long tsMillis, int nanos) {
    long last = lastTsMillis + lastNanos / NANOS_PER_MILLI;
    return tsMillis != last ? tsMillis > last : nanos > lastNanos % NANOS_PER_MILLI;
  }

  /**
   * The state after an increment. Increments carry no resets. A new counter starts at zero.
   *
   * @param tsMillis epoch milliseconds of the increment; an older one counts at the state's ts
   * @param nanos within the millisecond
   * @param position offset and rank of the increment; {@link Long#MAX_VALUE} if its timestamp is in
   *     nanoseconds
   */
  static CounterState grown(
      @Nullable CounterState before, long tsMillis, int nanos, long position, double increment) {
    return before == null
        ? new CounterState(tsMillis, nanos, position, 0, increment, increment)
        : new CounterState(
            Math.max(tsMillis, before.lastTsMillis),
            nanos,
            position,
            before.resets,
            before.increase + increment,
            before.lastRaw + increment);
  }

  /** The form of layout 1, rounded down to seconds unless it {@link #fitsSeconds}. */
  byte[] encodeSeconds() {
    if (isReading()) {
      return encode(Times.seconds(lastTsMillis), lastNanos);
    }
    long millis = lastTsMillis + lastNanos / NANOS_PER_MILLI;
    int nanos =
        (int) Math.floorMod(millis, Times.PER_SECOND) * NANOS_PER_MILLI
            + lastNanos % NANOS_PER_MILLI;
    return encode(Times.seconds(millis), nanos);
  }

  /** Whether the form of layout 1 loses nothing. */
  boolean fitsSeconds() {
    return !isReading() || Times.isWholeSecond(lastTsMillis);
  }

  /** The form of layout 2. */
  byte[] encodeMillis() {
    return encode(lastTsMillis, lastNanos);
  }

  /** The inverse of {@link #encodeSeconds}. */
  static CounterState decodeSeconds(byte[] bytes) {
    CounterState state = decode(bytes);
    return state.at(Times.millis(state.lastTsMillis));
  }

  /** The inverse of {@link #encodeMillis}. */
  static CounterState decodeMillis(byte[] bytes) {
    CounterState state = decode(bytes);
    return state.at(state.lastTsMillis);
  }

  private CounterState at(long tsMillis) {
    return isReading()
        ? new CounterState(tsMillis, resets, increase, lastRaw)
        : new CounterState(
            tsMillis + lastNanos / NANOS_PER_MILLI,
            lastNanos % NANOS_PER_MILLI,
            lastPosition,
            resets,
            increase,
            lastRaw);
  }

  private boolean isReading() {
    return lastNanos == WHOLE_SECOND && lastPosition == Long.MAX_VALUE;
  }

  private byte[] encode(long ts, int nanos) {
    if (nanos == WHOLE_SECOND && lastPosition == Long.MAX_VALUE) {
      return totals(ByteBuffer.allocate(BYTES).putLong(ts)).array();
    }
    return totals(
            ByteBuffer.allocate(BYTES_WITH_INCREMENTS)
                .putLong(ts)
                .putInt(MARK | nanos)
                .putLong(lastPosition))
        .array();
  }

  private ByteBuffer totals(ByteBuffer buffer) {
    return buffer.putLong(resets).putDouble(increase).putDouble(lastRaw);
  }

  /** Whether an encoded state can have this length. */
  static boolean hasLength(int bytes) {
    return bytes == BYTES || bytes == BYTES_WITH_INCREMENTS;
  }

  private static CounterState decode(byte[] bytes) {
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
