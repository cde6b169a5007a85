package dev.annulus.store;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads the frames of an export and verifies checksums, counts and order. Trusts no length in the
 * file. Not thread-safe.
 */
final class ExportReader implements AutoCloseable {
  private final DataInputStream in;
  private final MessageDigest digest = ExportFrame.sha256();
  private TransferCounts counts = TransferCounts.NONE;
  private boolean begun;
  private boolean ended;

  /**
   * @throws ExportFormatException if it is not an export, or has an unknown version
   */
  ExportReader(InputStream source) throws IOException {
    this.in = new DataInputStream(new BufferedInputStream(source, 1 << 16));
    byte[] magic = in.readNBytes(ExportWriter.MAGIC.length);
    if (!Arrays.equals(magic, ExportWriter.MAGIC)) {
      throw new ExportFormatException("the file is not an Annulus export");
    }
    byte[] version = bytes(2);
    int found = ByteBuffer.wrap(version).getShort();
    if (found != ExportWriter.VERSION) {
      throw new ExportFormatException(
          "the export has version %d; this Annulus supports version %d"
              .formatted(found, ExportWriter.VERSION));
    }
    digest.update(magic);
    digest.update(version);
  }

  /** The next frame; empty after the last one, which is verified. */
  Optional<ExportFrame> next() throws IOException {
    if (ended) {
      if (in.read() >= 0) {
        throw new ExportFormatException("there is data after the end of the export");
      }
      return Optional.empty();
    }
    byte[] head = bytes(ExportFrame.HEAD_BYTES);
    ByteBuffer parsed = ByteBuffer.wrap(head);
    ExportFrame.Kind kind = ExportFrame.Kind.of(parsed.get());
    int length = parsed.getInt();
    if (length < 0 || length > ExportWriter.MAX_PAYLOAD) {
      throw new ExportFormatException("a frame has the invalid length " + length);
    }
    byte[] payload = bytes(length);
    byte[] sum = bytes(Integer.BYTES);
    check(head, payload, sum);
    ExportFrame frame = new ExportFrame(kind, payload);
    if (begun == (kind == ExportFrame.Kind.HEADER)) {
      throw new ExportFormatException("the header must be the first frame and must not repeat");
    }
    begun = true;
    if (kind == ExportFrame.Kind.END) {
      checkEnd(payload);
      ended = true;
      return next();
    }
    checkLength(frame);
    digest.update(head);
    digest.update(payload);
    digest.update(sum);
    counts = counts.plus(frame);
    return Optional.of(frame);
  }

  /** Passes every frame to {@code consumer}; returns after verifying the last one. */
  void forEach(Consumer<ExportFrame> consumer) throws IOException {
    for (Optional<ExportFrame> frame = next(); frame.isPresent(); frame = next()) {
      consumer.accept(frame.get());
    }
  }

  /** Counts of what has been read so far. */
  TransferCounts counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the export is truncated");
    }
    return bytes;
  }

  private static void check(byte[] head, byte[] payload, byte[] sum) {
    CRC32C crc = new CRC32C();
    crc.update(head);
    crc.update(payload);
    if ((int) crc.getValue() != ByteBuffer.wrap(sum).getInt()) {
      throw new ExportFormatException("a frame checksum does not match: the export is damaged");
    }
  }

  private void checkEnd(byte[] payload) {
    byte[] hash = digest.digest();
    if (payload.length != TransferCounts.BYTES + hash.length) {
      throw new ExportFormatException("the END frame has the wrong length");
    }
    ByteBuffer end = ByteBuffer.wrap(payload);
    TransferCounts stated = TransferCounts.decode(end);
    if (!stated.equals(counts)) {
      throw new ExportFormatException(
          "the export declares %s, but contains %s".formatted(stated, counts));
    }
    if (!Arrays.equals(payload, TransferCounts.BYTES, payload.length, hash, 0, hash.length)) {
      throw new ExportFormatException("the SHA-256 of the export does not match: it is damaged");
    }
  }

  private static void checkLength(ExportFrame frame) {
    int length = frame.payload().length;
    boolean fits =
        switch (frame.kind()) {
          case SAMPLES, SAMPLES_MS -> length >= 8 && (length - 8) % SampleRecord.BYTES == 0;
          case COUNTER, COUNTER_MS -> CounterState.hasLength(length - Long.BYTES);
          case METRIC, DELETION -> length > 8;
          case HEADER, DASHBOARD -> length > 0;
          case END -> true;
        };
    if (!fits) {
      throw new ExportFormatException("a " + frame.kind() + " frame has the wrong length");
    }
  }
}
