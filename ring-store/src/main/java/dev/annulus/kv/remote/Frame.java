package dev.annulus.kv.remote;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A request or an answer.
 *
 * <pre>
 *   length 4 | code 1 | number 8 | body
 *            |&lt;------ length ------&gt;|
 * </pre>
 *
 * Numbers are big-endian. An answer has the number of its request; answers come in any order.
 *
 * @param code what is asked, see {@link Request}, or how it went, see {@link Response}
 * @param number chosen by the asking side, different for all requests that are open
 * @param body from its position to its limit
 */
record Frame(byte code, long number, ByteBuffer body) {
  /** Bytes of length, code and number. */
  static final int HEADER = 13;

  /** Above what the largest transaction needs, with a header for each of its writes. */
  static final int MAX_BYTES = 64 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  static Frame empty(byte code, long number) {
    return new Frame(code, number, NOTHING);
  }

  /** Bytes on the wire. */
  int length() {
    return HEADER + body.remaining();
  }

  /** Memory for frames that arrive. */
  interface Memory {
    /** Takes some before a frame is read; may block. */
    void reserve(int bytes);

    /** Gives back what was taken for a frame. */
    void release(int bytes);
  }

  /**
   * Reads the next one. Whoever asked releases the memory when it is done with.
   *
   * @throws EOFException if the other side has closed the connection
   */
  static Frame read(DataInputStream in, Memory memory) throws IOException {
    int length = in.readInt() + 4;
    if (length < HEADER || length > MAX_BYTES) {
      throw new ProtocolException("a frame of " + length + " bytes");
    }
    memory.reserve(length);
    try {
      byte code = in.readByte();
      long number = in.readLong();
      // Grows with what arrives, not with what was announced.
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
