package dev.annulus.kv.remote;

import dev.annulus.kv.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Response codes.
 *
 * <pre>
 *   OK        the body as defined by its request
 *   CONFLICT  something read has changed since; nothing was written
 *   TOO_OLD   the snapshot is gone; nothing was written
 *   FAILED    kind (name of a {@link StoreException.Kind}) | text; nothing was written
 * </pre>
 */
final class Response {
  static final byte OK = 0;
  static final byte CONFLICT = 1;
  static final byte TOO_OLD = 2;
  static final byte FAILED = 3;

  private Response() {}

  static Frame failed(long number, StoreException failure) {
    byte[] kind = failure.kind().name().getBytes(StandardCharsets.UTF_8);
    byte[] text = String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(8 + kind.length + text.length);
    Bytes.put(body, kind);
    Bytes.put(body, text);
    return new Frame(FAILED, number, body.flip());
  }

  static StoreException failure(ByteBuffer body) throws ProtocolException {
    String name = new String(Bytes.get(body), StandardCharsets.UTF_8);
    String text = new String(Bytes.get(body), StandardCharsets.UTF_8);
    for (StoreException.Kind kind : StoreException.Kind.values()) {
      if (kind.name().equals(name)) {
        return new StoreException(kind, text);
      }
    }
    throw new ProtocolException("unknown failure kind " + name);
  }
}
