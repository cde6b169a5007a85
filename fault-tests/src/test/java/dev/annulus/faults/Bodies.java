package dev.annulus.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Bodies of each protocol, honest ones and others, made by hand. */
final class Bodies {
  private static final int ZSTD_MAGIC = 0xFD2FB528;

  /** The largest block of Zstandard. */
  private static final int BLOCK = 128 << 10;

  private Bodies() {}

  /**
   * How one protocol takes a sample.
   *
   * @param name of the protocol, and of the series
   * @param encoding of its bodies; empty for none
   */
  record Protocol(String name, String path, String type, String encoding) {
    byte[] sample(long ts) {
      return RawHttp.post(path, type, encoding, body(ts));
    }

    private byte[] body(long ts) {
      return switch (name) {
        case "json_gauge" ->
            utf8("{\"name\":\"%s\",\"ts\":%d,\"value\":1,\"slots\":86400}".formatted(name, ts));
        case "json_counter" ->
            utf8("{\"name\":\"%s\",\"ts\":%d,\"raw_value\":1,\"slots\":86400}".formatted(name, ts));
        case "remote_write" -> snappy(remoteWrite(name, ts));
        case "otlp" -> otlp(name, ts);
        case "otlp_json" -> utf8(otlpJson(name, ts));
        case "collectd" -> utf8(collectd(ts));
        default -> utf8("%s value=1 %d\n".formatted(name, ts));
      };
    }

    /** The name under which its samples are stored. */
    String stored() {
      return name.equals("collectd") ? "collectd_probe_gauge" : name;
    }
  }

  /** All that samples can come by over HTTP. */
  static List<Protocol> protocols() {
    return List.of(
        new Protocol("json_gauge", "/ingest/gauge", "application/json", ""),
        new Protocol("json_counter", "/ingest/counter", "application/json", ""),
        new Protocol("line_v1", "/write?precision=s", "text/plain", ""),
        new Protocol("line_v2", "/api/v2/write?precision=s", "text/plain", ""),
        new Protocol("remote_write", "/api/v1/write", "application/x-protobuf", "snappy"),
        new Protocol("otlp", "/v1/metrics", "application/x-protobuf", ""),
        new Protocol("otlp_json", "/v1/metrics", "application/json", ""),
        new Protocol("collectd", "/collectd-post", "application/json", ""));
  }

  private static byte[] remoteWrite(String name, long ts) {
    byte[] label = message(field(1, utf8("__name__")), field(2, utf8(name)));
    byte[] sample = message(fixed(1, Double.doubleToLongBits(1)), number(2, ts * 1_000));
    return field(1, message(field(1, label), field(2, sample)));
  }

  private static byte[] otlp(String name, long ts) {
    byte[] point = message(fixed(3, ts * 1_000_000_000L), fixed(4, Double.doubleToLongBits(1)));
    byte[] metric = message(field(1, utf8(name)), field(5, field(1, point)));
    return field(1, field(2, field(2, metric)));
  }

  private static String otlpJson(String name, long ts) {
    return ("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"%s\",\"gauge\":"
            + "{\"dataPoints\":[{\"timeUnixNano\":\"%d000000000\",\"asDouble\":1}]}}]}]}]}")
        .formatted(name, ts);
  }

  private static String collectd(long ts) {
    return ("[{\"values\":[1],\"dstypes\":[\"gauge\"],\"dsnames\":[\"value\"],\"time\":%d,"
            + "\"interval\":1,\"host\":\"h\",\"plugin\":\"probe\",\"plugin_instance\":\"\","
            + "\"type\":\"gauge\",\"type_instance\":\"\"}]")
        .formatted(ts);
  }

  /** Many samples as JSON. */
  static byte[] json(String name, int samples, int series, long newest) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < samples; i++) {
      text.append(i == 0 ? "" : ",")
          .append("{\"name\":\"")
          .append(name)
          .append("\",\"ts\":")
          .append(newest - i / series)
          .append(",\"value\":")
          .append(i * 7919L % 100_003 / 16.0)
          .append(",\"tags\":{\"host\":\"h")
          .append(i % series)
          .append("\",\"region\":\"eu-central-1\"}}");
    }
    return utf8(text.append(']').toString());
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  /** A frame of Zstandard that holds nothing. */
  static byte[] emptyZstd() {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ZSTD_MAGIC)
        .put((byte) 0x20)
        .put((byte) 0)
        .put(new byte[] {1, 0, 0})
        .array();
  }

  /** A frame of Zstandard of so many blanks, 128 KiB for four bytes. */
  static byte[] zstdBomb(int bytes) {
    int blocks = bytes / BLOCK;
    ByteBuffer frame = ByteBuffer.allocate(6 + 4 * blocks).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(ZSTD_MAGIC).put((byte) 0).put((byte) (7 << 3));
    for (int i = 1; i <= blocks; i++) {
      int head = BLOCK << 3 | 1 << 1 | (i == blocks ? 1 : 0);
      frame.put((byte) head).put((byte) (head >> 8)).put((byte) (head >> 16)).put((byte) ' ');
    }
    return frame.array();
  }

  /** A block of Snappy that copies nothing. */
  static byte[] snappy(byte[] plain) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    varint(block, plain.length);
    for (int from = 0; from < plain.length; from += 60) {
      int length = Math.min(60, plain.length - from);
      block.write(length - 1 << 2);
      block.write(plain, from, length);
    }
    return block.toByteArray();
  }

  /** A block of Snappy of so many blanks, 64 for three bytes. */
  static byte[] snappyBomb(int bytes) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    varint(block, 1 + bytes / 64 * 64);
    block.write(0);
    block.write(' ');
    for (int i = 0; i < bytes / 64; i++) {
      block.write(63 << 2 | 2);
      block.write(1);
      block.write(0);
    }
    return block.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(byte[]... fields) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      all.writeBytes(field);
    }
    return all.toByteArray();
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    varint(field, number << 3 | 2);
    varint(field, value.length);
    field.writeBytes(value);
    return field.toByteArray();
  }

  private static byte[] number(int number, long value) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    varint(field, number << 3);
    varint(field, value);
    return field.toByteArray();
  }

  private static byte[] fixed(int number, long value) {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) (number << 3 | 1))
        .putLong(value)
        .array();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
