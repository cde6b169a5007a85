package dev.annulus.ingest.otlp;

import dev.annulus.ingest.IngestMemory;
import dev.annulus.wire.Varints;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes Protocol Buffers front to back. The length of a message is not known before its end, so
 * space is reserved and filled in as a padded varint, which every parser accepts. Not thread-safe.
 */
final class WireBuffer {
  private static final int LENGTH_BYTES = 5;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final IngestMemory.Allowance memory;
  private byte[] bytes = new byte[1 << 10];
  private int size;

  WireBuffer(IngestMemory.Allowance memory) {
    this.memory = memory;
  }

  /** The array; the written bytes are {@code [0, size)} of it. */
  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  /**
   * Begins a message.
   *
   * @return to be passed to {@link #end}
   */
  int begin(int field) {
    tag(field, DELIMITED);
    room(LENGTH_BYTES);
    size += LENGTH_BYTES;
    return size;
  }

  /** Ends the message that began there. */
  void end(int start) {
    int length = size - start;
    for (int i = LENGTH_BYTES; i > 0; i--) {
      bytes[start - i] = (byte) ((length & 0x7F) | (i > 1 ? 0x80 : 0));
      length >>>= 7;
    }
  }

  void varint(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  void fixed64(int field, long value) {
    tag(field, FIXED64);
    room(8);
    for (int i = 0; i < 8; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  void fixed32(int field, int value) {
    tag(field, FIXED32);
    room(4);
    for (int i = 0; i < 4; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  void text(int field, String value) {
    delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  void delimited(int field, byte[] value) {
    tag(field, DELIMITED);
    varint(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  private void tag(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    room(Varints.MAX_BYTES);
    size = Varints.write(bytes, size, value);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      int larger = Math.max(2 * bytes.length, size + more);
      memory.take(larger);
      bytes = Arrays.copyOf(bytes, larger);
    }
  }
}
