package dev.annulus.kv.embedded;

import dev.annulus.kv.buffer.WriteBuffer;
import java.util.Arrays;

/**
 * Builds a RocksDB write batch in its serialized form, that of the write-ahead log, so that it
 * takes one native call instead of one per key. Not thread-safe.
 *
 * <pre>
 * sequence (8, zero) │ operations (4, little-endian) │ (type │ length key │ length value)…
 * </pre>
 *
 * <p>Lengths are varints; a deletion has no value. Source: RocksDB, {@code db/write_batch.cc}.
 */
final class SerializedBatch {
  private static final byte DELETION = 0x0;
  private static final byte VALUE = 0x1;
  private static final byte MERGE = 0x2;
  private static final byte RANGE_DELETION = 0xF;
  private static final int COUNT_PLACE = 8;
  private static final int HEADER_BYTES = 12;
  private static final int MAX_VARINT32 = 5;

  /** For the metadata version. */
  private static final int SPARE = 64;

  private byte[] buffer;
  private int size = HEADER_BYTES;
  private int count;

  /**
   * @param expectedBytes expected size of all keys and values
   * @param operations expected number of operations
   */
  SerializedBatch(long expectedBytes, int operations) {
    long lengths = (1L + 2 * MAX_VARINT32) * operations;
    this.buffer = new byte[Math.toIntExact(HEADER_BYTES + expectedBytes + lengths + SPARE)];
  }

  void add(WriteBuffer.Mutation mutation) {
    if (mutation instanceof WriteBuffer.ByteMax max) {
      add(MERGE, max.key(), max.value());
    } else if (mutation instanceof WriteBuffer.Set set) {
      put(set.key(), set.value());
    } else if (mutation instanceof WriteBuffer.Clear clear) {
      start(DELETION, clear.key().length + MAX_VARINT32);
      bytes(clear.key());
    } else if (mutation instanceof WriteBuffer.ClearRange clear) {
      add(RANGE_DELETION, clear.range().begin(), clear.range().end());
    }
  }

  void put(byte[] key, byte[] value) {
    add(VALUE, key, value);
  }

  byte[] toByteArray() {
    for (int i = 0; i < Integer.BYTES; i++) {
      buffer[COUNT_PLACE + i] = (byte) (count >>> (8 * i));
    }
    return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
  }

  private void add(byte type, byte[] key, byte[] value) {
    start(type, (long) key.length + value.length + 2 * MAX_VARINT32);
    bytes(key);
    bytes(value);
  }

  private void start(byte type, long more) {
    long needed = size + 1 + more;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.max(needed, 2L * buffer.length)));
    }
    buffer[size++] = type;
    count++;
  }

  private void bytes(byte[] source) {
    varint(source.length);
    System.arraycopy(source, 0, buffer, size, source.length);
    size += source.length;
  }

  private void varint(int number) {
    int rest = number;
    while (rest >= 0x80) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }
}
