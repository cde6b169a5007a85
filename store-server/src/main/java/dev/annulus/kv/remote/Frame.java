package dev.annulus.kv.remote;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A request or a response.
 *
 * <pre>
 *   length 4 | code 1 | number 8 | body
 *            |&lt;------ length ------&gt;|
 * </pre>
 *
 * Numbers are big-endian. A response carries the number of its request; responses come in any
 * order.
 *
 * @param code a code of {@link Request} or {@link Response}
 * @param number chosen by the client, unique among its pending requests
 * @param body from its position to its limit
 */
record Frame(byte code, long number, ByteBuffer body) {
  /** Bytes of length, code and number. */
  static final int HEADER = 13;

  /** More than the largest transaction needs, with a header for each of its writes. */
  static final int MAX_BYTES = 64 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  static Frame empty(byte code, long number) {
    return new Frame(code, number, NOTHING);
  }

  /** Bytes on the wire. */
  int length() {
    return HEADER + body.remaining();
  }

  /** Accounts for the memory of incoming frames. */
  interface Memory {
    /** Reserves memory before a frame is read; may block. */
    void reserve(int bytes);

    /** Releases the memory of a frame. */
    void release(int bytes);
  }

  /**
   * Reads the next frame. The caller releases the memory when done.
   *
   * @throws EOFException if the other side has closed the connection
   */
  static Frame read(DataInputStream in, Memory memory) throws IOException {
    int length = in.readInt() + 4;
    if (length < HEADER || length > MAX_BYTES) {
      throw new ProtocolException("invalid frame length " + length);
    }
    memory.reserve(length);
    try {
      byte code = in.readByte();
      long number = in.readLong();
      // Allocates for what has arrived, not for what was announced.
      byte[] body = in.readNBytes(length - HEADER);
      if (body.length < length - HEADER) {
        throw new EOFException("the connection ended within a frame");
      }
      return new Frame(code, number, ByteBuffer.wrap(body));
    } catch (IOException e) {
      memory.release(length);
      throw e;
    }
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(length() - 4);
    out.writeByte(code);
    out.writeLong(number);
    out.write(body.array(), body.arrayOffset() + body.position(), body.remaining());
  }
}
