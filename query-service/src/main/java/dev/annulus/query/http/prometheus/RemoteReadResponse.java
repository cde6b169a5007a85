package dev.annulus.query.http.prometheus;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.SeriesCursor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Series as remote read answers them.
 *
 * <pre>
 * ReadResponse         1: QueryResult…
 * QueryResult          1: TimeSeries…
 * TimeSeries           1: Label…   2: Sample…
 * Label                1: name   2: value
 * Sample               1: value   2: time, ms
 * ChunkedReadResponse  1: ChunkedSeries…   2: index of the query
 * ChunkedSeries        1: Label…   2: Chunk…
 * Chunk                1: first time, ms   2: last time, ms   3: encoding   4: data
 * </pre>
 *
 * A {@code ChunkedReadResponse} is a frame of a stream: its length as varint, its CRC-32C in four
 * bytes, big-endian, and itself.
 */
final class RemoteReadResponse {
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int CHUNKS = 2;
  private static final int XOR = 1;

  /** Frames end soon after so many bytes. */
  private static final int FRAME = 512 << 10;

  private RemoteReadResponse() {}

  /** A series with samples as a {@code TimeSeries}. */
  static byte[] timeSeries(SeriesCursor series) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream(64 + 20 * series.size());
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    labels(out, series.labels());
    for (int i = 0; i < series.size(); i++) {
      double value = series.values()[i];
      long time = series.times()[i];
      out.writeTag(SAMPLES, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(
          CodedOutputStream.computeDoubleSize(1, value)
              + CodedOutputStream.computeInt64Size(2, time));
      out.writeDouble(1, value);
      out.writeInt64(2, time);
    }
    out.flush();
    return message.toByteArray();
  }

  /** A series with samples as one or more frames. */
  static void frames(OutputStream to, SeriesCursor series, int queryIndex) throws IOException {
    int i = 0;
    while (i < series.size()) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(message);
      labels(out, series.labels());
      while (i < series.size() && out.getTotalBytesWritten() < FRAME) {
        XorChunk chunk = new XorChunk();
        while (i < series.size() && !chunk.isFull()) {
          chunk.add(series.times()[i], series.values()[i]);
          i++;
        }
        out.writeByteArray(CHUNKS, chunk(chunk));
      }
      out.flush();
      frame(to, message.toByteArray(), queryIndex);
    }
  }

  private static byte[] chunk(XorChunk chunk) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeInt64(1, chunk.firstTime());
    out.writeInt64(2, chunk.lastTime());
    out.writeEnum(3, XOR);
    out.writeByteArray(4, chunk.toBytes());
    out.flush();
    return message.toByteArray();
  }

  private static void frame(OutputStream to, byte[] series, int queryIndex) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream(series.length + 16);
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeByteArray(1, series);
    out.writeInt64(2, queryIndex);
    out.flush();
    byte[] bytes = message.toByteArray();
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    CodedOutputStream length = CodedOutputStream.newInstance(head);
    length.writeUInt32NoTag(bytes.length);
    length.flush();
    to.write(head.toByteArray());
    to.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    to.write(bytes);
  }

  private static void labels(CodedOutputStream out, Labels labels) throws IOException {
    IOException[] failed = new IOException[1];
    labels.forEach(
        (name, value) -> {
          try {
            out.writeTag(LABELS, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(
                CodedOutputStream.computeStringSize(1, name)
                    + CodedOutputStream.computeStringSize(2, value));
            out.writeString(1, name);
            out.writeString(2, value);
          } catch (IOException e) {
            failed[0] = e;
          }
        });
    if (failed[0] != null) {
      throw failed[0];
    }
  }
}
