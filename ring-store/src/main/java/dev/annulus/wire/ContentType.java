package dev.annulus.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two encodings of a record value on the topic {@code samples}. */
public enum ContentType {
  /** One sample object, or an array of them. */
  JSON("application/json"),
  /** {@code annulus.v1.SampleBatch}. */
  PROTOBUF("application/x-protobuf");

  /** The Kafka record header that names the encoding. */
  public static final String HEADER = "content-type";

  private final String mediaType;

  ContentType(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The header's value. */
  public String mediaType() {
    return mediaType;
  }

  /**
   * The encoding of a record.
   *
   * @param header the {@code content-type} header, parameters allowed; null if absent
   * @param value the record's value; without a header, a first byte <code>{</code> or {@code [}
   *     (after white space, and a byte order mark) means JSON
   * @throws MalformedRecordException if neither identifies it
   */
  public static ContentType of(@Nullable String header, byte[] value) {
    if (header == null) {
      if (startsLikeJson(value)) {
        return JSON;
      }
      throw new MalformedRecordException(
          "content-type header is missing, and the value does not start with { or [ like JSON");
    }
    String media = header.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    return switch (media) {
      case "application/json", "text/json" -> JSON;
      case "application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf" ->
          PROTOBUF;
      default -> throw new MalformedRecordException("unknown content-type " + quote(media));
    };
  }

  private static boolean startsLikeJson(byte[] value) {
    for (int i = Utf8.afterMark(value, 0, value.length); i < value.length; i++) {
      byte b = value[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  private static String quote(String text) {
    return '"' + (text.length() > 64 ? text.substring(0, 64) + "…" : text) + '"';
  }
}
