package dev.annulus.ingest.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.Base64;

/**
 * An attribute's value as the text of a tag: lists and maps as JSON, bytes in base64, everything
 * else as plain text. Not thread-safe.
 */
final class AttributeText {
  private final StringBuilder json = new StringBuilder();
  private final int enough;

  private AttributeText(int enough) {
    this.enough = enough;
  }

  /**
   * The text of a value; empty if it has none.
   *
   * @param maxLength a longer list or map is truncated somewhere beyond it
   */
  static String of(AnyValue value, int maxLength) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> FloatText.json(value.getDoubleValue());
      case BYTES_VALUE -> base64(value.getBytesValue(), maxLength);
      case ARRAY_VALUE, KVLIST_VALUE -> {
        AttributeText text = new AttributeText(maxLength);
        text.append(value);
        yield text.json.toString();
      }
      default -> "";
    };
  }

  private static String base64(ByteString bytes, int maxLength) {
    ByteString start = bytes.size() > maxLength ? bytes.substring(0, maxLength) : bytes;
    return Base64.getEncoder().encodeToString(start.toByteArray());
  }

  private void append(AnyValue value) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> quote(value.getStringValue());
      case BYTES_VALUE -> quote(base64(value.getBytesValue(), enough));
      case DOUBLE_VALUE -> {
        double number = value.getDoubleValue();
        String text = FloatText.json(number);
        json.append(Double.isFinite(number) ? text : '"' + text + '"');
      }
      case BOOL_VALUE -> json.append(value.getBoolValue());
      case INT_VALUE -> json.append(value.getIntValue());
      case ARRAY_VALUE -> {
        char separator = '[';
        for (AnyValue element : value.getArrayValue().getValuesList()) {
          if (json.length() > enough) {
            return;
          }
          json.append(separator);
          append(element);
          separator = ',';
        }
        json.append(separator == '[' ? "[]" : "]");
      }
      case KVLIST_VALUE -> {
        char separator = '{';
        for (KeyValue pair : value.getKvlistValue().getValuesList()) {
          if (json.length() > enough) {
            return;
          }
          json.append(separator);
          quote(pair.getKey());
          json.append(':');
          append(pair.getValue());
          separator = ',';
        }
        json.append(separator == '{' ? "{}" : "}");
      }
      default -> json.append("null");
    }
  }

  private void quote(String text) {
    json.append('"');
    for (int i = 0; i < text.length() && json.length() <= enough; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
