package dev.annulus.kv.remote;

import dev.annulus.kv.KeyRange;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Byte strings in frames. */
final class Bytes {
  private Bytes() {}

  static void put(ByteBuffer out, byte[] bytes) {
    out.putInt(bytes.length).put(bytes);
  }

  /**
   * Reads what {@link #put} wrote.
   *
   * @throws ProtocolException if the frame is shorter than it claims
   */
  static byte[] get(ByteBuffer in) throws ProtocolException {
    int length = in.remaining() < 4 ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new ProtocolException("byte string with length " + length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  static int length(KeyRange range) {
    return 8 + range.begin().length + range.end().length;
  }

  static void put(ByteBuffer out, KeyRange range) {
    put(out, range.begin());
    put(out, range.end());
  }

  static KeyRange getRange(ByteBuffer in) throws ProtocolException {
    byte[] begin = get(in);
    return new KeyRange(begin, get(in));
  }

  static ByteBuffer ofNullable(byte @Nullable [] value) {
    ByteBuffer body = ByteBuffer.allocate(value == null ? 1 : 1 + value.length);
    if (value == null) {
      body.put((byte) 0);
    } else {
      body.put((byte) 1).put(value);
    }
    return body.flip();
  }

  static byte @Nullable [] toNullable(ByteBuffer body) {
    if (body.get() == 0) {
      return null;
    }
    byte[] value = new byte[body.remaining()];
    body.get(value);
    return value;
  }
}
