package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Times;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The value of a slot:
 *
 * <pre>
 *  0        8          16       24
 * │ ts     │ sequence  │ value  │     each big-endian
 * </pre>
 *
 * <p>{@code ts} is in epoch seconds, not negative; {@code sequence} is the Kafka offset (upper 48
 * bits) and the sample's index in its record (lower 16); {@code value} is the bits of an IEEE-754
 * double. In byte order, the record with the later ts is larger; for equal ts, the one logged
 * later.
 */
final class SampleRecord {
  static final int BYTES = 24;
  static final int POSITION_BITS = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private SampleRecord() {}

  /**
   * Encodes a sample.
   *
   * @param tsMillis rounded down to whole seconds
   */
  static byte[] encode(long tsMillis, long sequence, double value) {
    byte[] record = new byte[BYTES];
    LONG.set(record, 0, Times.seconds(tsMillis));
    LONG.set(record, 8, sequence);
    LONG.set(record, 16, Double.doubleToRawLongBits(value));
    return record;
  }

  /** The sequence of a sample. */
  static long sequence(long offset, int position) {
    return offset << POSITION_BITS | position;
  }

  /** The record offset in a sequence. */
  static long offset(long sequence) {
    return sequence >> POSITION_BITS;
  }

  static long tsMillis(Entries entries, int i) {
    if (entries.valueLength(i) != BYTES) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "a sample record has %d bytes, expected %d".formatted(entries.valueLength(i), BYTES));
    }
    return Times.millis(entries.valueLong(i, 0));
  }

  static long sequence(Entries entries, int i) {
    return entries.valueLong(i, Long.BYTES);
  }

  static double value(Entries entries, int i) {
    return Double.longBitsToDouble(entries.valueLong(i, 16));
  }
}
