package dev.annulus.query.http.prometheus;

import java.util.Arrays;

/**
 * A chunk of samples as Prometheus stores and sends it (encoding XOR, after Facebook's Gorilla):
 *
 * <pre>
 * 2 bytes   number of samples, big-endian
 * sample 1  time: zigzag varint   value: 64 bits
 * sample 2  time - previous: varint   value: XOR
 * sample n  delta of the deltas:  0 | 10 + 14 bits | 110 + 17 bits | 1110 + 20 bits | 1111 + 64 bits
 *           value: XOR
 * XOR       of the value's bits with the previous ones:
 *           0 the same | 10 + meaningful bits as before | 11 + 5 bits leading zeros + 6 bits length
 *           (64 as 0) + meaningful bits
 * </pre>
 *
 * All bits follow each other without padding but at the end. Used by one thread.
 */
final class XorChunk {
  /** Samples of a chunk, as in Prometheus. */
  static final int MOST = 120;

  private static final int UNSET = -1;
  private static final int MOST_LEADING = 31;

  private byte[] bytes = new byte[256];
  private int bits = 16;
  private int count;
  private long firstTime;
  private long time;
  private long delta;
  private long value;
  private int leading = UNSET;
  private int trailing;

  boolean isFull() {
    return count == MOST;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The time of the first sample, in milliseconds. */
  long firstTime() {
    return firstTime;
  }

  /** The time of the last sample, in milliseconds. */
  long lastTime() {
    return time;
  }

  /** Adds a sample that is newer than the last. */
  void add(long millis, double sample) {
    long raw = Double.doubleToRawLongBits(sample);
    if (count == 0) {
      firstTime = millis;
      varint((millis << 1) ^ (millis >> 63));
      put(raw, 64);
    } else {
      long next = millis - time;
      if (count == 1) {
        varint(next);
      } else {
        deltaOfDelta(next - delta);
      }
      delta = next;
      xor(raw ^ value);
    }
    time = millis;
    value = raw;
    count++;
  }

  /** The chunk so far. */
  byte[] toBytes() {
    bytes[0] = (byte) (count >> 8);
    bytes[1] = (byte) count;
    return Arrays.copyOf(bytes, (bits + 7) / 8);
  }

  private void deltaOfDelta(long change) {
    if (change == 0) {
      put(0, 1);
    } else if (fits(change, 14)) {
      put(0b10, 2);
      put(change, 14);
    } else if (fits(change, 17)) {
      put(0b110, 3);
      put(change, 17);
    } else if (fits(change, 20)) {
      put(0b1110, 4);
      put(change, 20);
    } else {
      put(0b1111, 4);
      put(change, 64);
    }
  }

  /** The largest of the range has the bits of the smallest one of two's complement. */
  private static boolean fits(long change, int width) {
    long half = 1L << (width - 1);
    return change > -half && change <= half;
  }

  private void xor(long difference) {
    if (difference == 0) {
      put(0, 1);
      return;
    }
    int zerosBefore = Math.min(MOST_LEADING, Long.numberOfLeadingZeros(difference));
    int zerosAfter = Long.numberOfTrailingZeros(difference);
    if (leading != UNSET && zerosBefore >= leading && zerosAfter >= trailing) {
      put(0b10, 2);
    } else {
      leading = zerosBefore;
      trailing = zerosAfter;
      put(0b11, 2);
      put(leading, 5);
      put((64 - leading - trailing) & 63, 6);
    }
    put(difference >>> trailing, 64 - leading - trailing);
  }

  private void varint(long number) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      put((rest & 0x7f) | 0x80, 8);
      rest >>>= 7;
    }
    put(rest, 8);
  }

  /** The lowest bits of a number, the highest of them first. */
  private void put(long number, int width) {
    if (bits + width > bytes.length * 8) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    for (int left = width; left > 0; ) {
      int free = 8 - (bits & 7);
      int taken = Math.min(free, left);
      long part = (number >>> (left - taken)) & ((1L << taken) - 1);
      bytes[bits >> 3] |= (byte) (part << (free - taken));
      bits += taken;
      left -= taken;
    }
  }
}
