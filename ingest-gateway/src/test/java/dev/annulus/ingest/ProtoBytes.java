package dev.annulus.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes Protocol Buffers field by field, without a schema. */
public final class ProtoBytes {
  private ProtoBytes() {}

  /** Writes the fields of a message. */
  public interface Body {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  public static byte[] message(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      body.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes a message within a message. */
  public static void nested(CodedOutputStream out, int field, Body body) throws IOException {
    out.writeBytes(field, ByteString.copyFrom(message(body)));
  }
}
