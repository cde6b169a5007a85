package dev.annulus.store;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.util.zip.CRC32C;

/**
 * Writes an export's frames:
 *
 * <pre>
 * "ANNULUSX" │ version, 2 bytes │ frame …
 * frame: kind, 1 byte │ length, 4 bytes │ payload │ CRC-32C of all before, 4 bytes
 * </pre>
 *
 * Numbers are big-endian. The last frame holds the counts and the SHA-256 of everything before it.
 * Not thread-safe.
 */
final class ExportWriter implements AutoCloseable {
  static final byte[] MAGIC = {'A', 'N', 'N', 'U', 'L', 'U', 'S', 'X'};
  static final int VERSION = 1;
  static final int MAX_PAYLOAD = 1 << 20;

  private final DigestOutputStream digest;
  private final DataOutputStream out;

  ExportWriter(OutputStream target) throws IOException {
    this.digest = new DigestOutputStream(target, ExportFrame.sha256());
    this.out = new DataOutputStream(new BufferedOutputStream(digest, 1 << 16));
    out.write(MAGIC);
    out.writeShort(VERSION);
  }

  void frame(ExportFrame.Kind kind, byte[] payload) throws IOException {
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "a frame payload must have at most " + MAX_PAYLOAD + " bytes");
    }
    byte[] head = ExportFrame.head(kind.code(), payload.length);
    CRC32C sum = new CRC32C();
    sum.update(head);
    sum.update(payload);
    out.write(head);
    out.write(payload);
    out.writeInt((int) sum.getValue());
  }

  /** Writes the last frame. */
  void end(TransferCounts counts) throws IOException {
    out.flush();
    byte[] hash = digest.getMessageDigest().digest();
    frame(
        ExportFrame.Kind.END,
        ByteBuffer.allocate(TransferCounts.BYTES + hash.length)
            .put(counts.encode())
            .put(hash)
            .array());
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
