package dev.annulus.kv.embedded;

import dev.annulus.kv.buffer.WriteBuffer;
import dev.annulus.kv.ring.RingSpace;
import java.util.Arrays;

/**
 * Builds a RocksDB write batch in its serialized form, that of the write-ahead log, so that it
 * takes one native call instead of one per key. Not thread-safe.
 *
 * <pre>
 * sequence (8, zero) │ operations (4, little-endian) │ (type │ family │ length key │ length value)…
 * </pre>
 *
 * <p>Family and lengths are varints. The default family is omitted and has its own types; a
 * deletion has no value. Source: RocksDB, {@code db/write_batch.cc}.
 */
final class SerializedBatch {
  /** The id of the default column family. */
  static final int DEFAULT_FAMILY = 0;

  private static final byte DELETION = 0x0;
  private static final byte VALUE = 0x1;
  private static final byte MERGE = 0x2;
  private static final byte FAMILY_DELETION = 0x4;
  private static final byte FAMILY_VALUE = 0x5;
  private static final byte FAMILY_RANGE_DELETION = 0xE;
  private static final byte RANGE_DELETION = 0xF;
  private static final int COUNT_PLACE = 8;
  private static final int HEADER_BYTES = 12;
  private static final int MAX_VARINT32 = 5;

  private byte[] buffer;
  private int size = HEADER_BYTES;
  private int count;

  /**
   * @param expectedBytes expected size of all keys and values
   * @param operations expected number of operations
   */
  SerializedBatch(long expectedBytes, int operations) {
    // The length of most keys and values takes one byte.
    this.buffer = new byte[Math.toIntExact(HEADER_BYTES + expectedBytes + 3L * operations + 64)];
  }

  /** Adds a write to the default family, which holds no slots. */
  void add(WriteBuffer.Mutation mutation) {
    if (mutation instanceof WriteBuffer.ByteMax max) {
      if (!RingSpace.contains(max.key())) {
        add(MERGE, max.key(), max.value());
      }
    } else if (mutation instanceof WriteBuffer.Set set) {
      put(set.key(), set.value());
    } else if (mutation instanceof WriteBuffer.Clear clear) {
      start(DELETION, clear.key().length + MAX_VARINT32);
      bytes(clear.key(), clear.key().length);
    } else if (mutation instanceof WriteBuffer.ClearRange clear) {
      deleteRange(DEFAULT_FAMILY, clear.range().begin(), clear.range().end());
    }
  }

  void put(byte[] key, byte[] value) {
    add(VALUE, key, value);
  }

  /** Puts the first {@code length} bytes of {@code value} into a family other than the default. */
  void put(int family, byte[] key, byte[] value, int length) {
    start(FAMILY_VALUE, (long) key.length + length + 3 * MAX_VARINT32);
    varint(family);
    bytes(key, key.length);
    bytes(value, length);
  }

  /** Deletes a key from a family other than the default. */
  void delete(int family, byte[] key) {
    start(FAMILY_DELETION, key.length + 2 * MAX_VARINT32);
    varint(family);
    bytes(key, key.length);
  }

  /** Deletes the keys from {@code begin} to {@code end}, exclusive. */
  void deleteRange(int family, byte[] begin, byte[] end) {
    if (family == DEFAULT_FAMILY) {
      add(RANGE_DELETION, begin, end);
      return;
    }
    start(FAMILY_RANGE_DELETION, (long) begin.length + end.length + 3 * MAX_VARINT32);
    varint(family);
    bytes(begin, begin.length);
    bytes(end, end.length);
  }

  /** Size so far. */
  int bytes() {
    return size;
  }

  byte[] toByteArray() {
    for (int i = 0; i < Integer.BYTES; i++) {
      buffer[COUNT_PLACE + i] = (byte) (count >>> (8 * i));
    }
    return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
  }

  private void add(byte type, byte[] key, byte[] value) {
    start(type, (long) key.length + value.length + 2 * MAX_VARINT32);
    bytes(key, key.length);
    bytes(value, value.length);
  }

  private void start(byte type, long more) {
    long needed = size + 1 + more;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.max(needed, 2L * buffer.length)));
    }
    buffer[size++] = type;
    count++;
  }

  private void bytes(byte[] source, int length) {
    varint(length);
    System.arraycopy(source, 0, buffer, size, length);
    size += length;
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
