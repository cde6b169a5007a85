package dev.annulus.benchmarks.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/** Remote write 1.0: all bodies are encoded and compressed before the measurement. */
final class RemoteWriteBodies implements Bodies {
  private static final int VALUE_SETS = 32;

  private final String path;
  private final int samples;
  private final List<byte[]> bodies = new ArrayList<>();

  RemoteWriteBodies(String path, CpuRows rows, int ticks, long start, int count) {
    this.path = path;
    this.samples = rows.hosts() * CpuRows.FIELDS.size() * ticks;
    byte[][] labels = labels(rows);
    int[][] values = rows.values(VALUE_SETS * ticks);
    try {
      for (int i = 0; i < count; i++) {
        bodies.add(Snappy.compress(request(labels, values, i, ticks, start)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int samples() {
    return samples;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String headers() {
    return String.join(
        "\r\n",
        "Content-Type: application/x-protobuf",
        "Content-Encoding: snappy",
        "X-Prometheus-Remote-Write-Version: 0.1.0",
        "");
  }

  @Override
  public byte[] body(int number) {
    return bodies.get(number);
  }

  private static byte[] request(byte[][] labels, int[][] values, int number, int ticks, long start)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(labels.length * 300);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64 << 10);
    for (int series = 0; series < labels.length; series++) {
      int size = labels[series].length + ticks * (2 + sampleSize(start * 1_000));
      out.writeTag(1, 2);
      out.writeUInt32NoTag(size);
      out.writeRawBytes(labels[series]);
      for (int tick = 0; tick < ticks; tick++) {
        long millis = (start + (long) number * ticks + tick) * 1_000;
        out.writeTag(2, 2);
        out.writeUInt32NoTag(sampleSize(millis));
        out.writeDouble(1, values[(number % VALUE_SETS) * ticks + tick][series]);
        out.writeInt64(2, millis);
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static int sampleSize(long millis) {
    return 9 + CodedOutputStream.computeInt64Size(2, millis);
  }

  /** The labels of each series, encoded as fields of its message, sorted by name. */
  private static byte[][] labels(CpuRows rows) {
    byte[][] all = new byte[rows.hosts() * CpuRows.FIELDS.size()][];
    for (int host = 0; host < rows.hosts(); host++) {
      TreeMap<String, String> labels = new TreeMap<>();
      List<String> tags = rows.tags(host);
      for (int i = 0; i < tags.size(); i += 2) {
        labels.put(tags.get(i), tags.get(i + 1));
      }
      for (int field = 0; field < CpuRows.FIELDS.size(); field++) {
        labels.put("__name__", "cpu_" + CpuRows.FIELDS.get(field));
        all[host * CpuRows.FIELDS.size() + field] = encode(labels);
      }
    }
    return all;
  }

  private static byte[] encode(Map<String, String> labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      for (var label : labels.entrySet()) {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        CodedOutputStream inner = CodedOutputStream.newInstance(one);
        inner.writeString(1, label.getKey());
        inner.writeString(2, label.getValue());
        inner.flush();
        out.writeBytes(1, ByteString.copyFrom(one.toByteArray()));
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
