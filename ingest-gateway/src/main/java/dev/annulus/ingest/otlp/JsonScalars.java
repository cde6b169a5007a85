package dev.annulus.ingest.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads scalar values in the JSON mapping of Protocol Buffers. */
final class JsonScalars {
  private static final String NUMBER = "must be a number";
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  /** Longer ones are not 64-bit numbers, and expensive to parse. */
  private static final int MAX_DIGITS = 400;

  /** OTLP's exception: these are in hexadecimal, all other bytes in base 64. */
  private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");

  private JsonScalars() {}

  /** The JSON type does not fit the field. */
  static final class WrongTypeException extends ScalarException {
    private static final long serialVersionUID = 1L;

    WrongTypeException(String rule) {
      super(rule);
    }
  }

  /** The JSON type fits and the value does not. */
  static final class UnreadableException extends ScalarException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String rule) {
      super(rule);
    }
  }

  private abstract static class ScalarException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ScalarException(String rule) {
      super(rule, null, false, false);
    }

    String rule() {
      return String.valueOf(getMessage());
    }
  }

  static String text(JsonParser parser, JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      throw new WrongTypeException("must be a string");
    }
    String text = parser.getText();
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
          throw new UnreadableException("must not contain broken Unicode");
        }
        i++;
      }
    }
    return text;
  }

  static byte[] bytes(JsonParser parser, JsonToken token, FieldDescriptor field)
      throws IOException {
    String text = text(parser, token);
    boolean hex = IDS.contains(field.getName());
    try {
      return hex
          ? HexFormat.of().parseHex(text)
          : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(hex ? "must be hexadecimal" : "must be base 64");
    }
  }

  static boolean flag(JsonToken token) {
    if (!token.isBoolean()) {
      throw new WrongTypeException("must be true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** An enum's number; an unknown name belongs to a later version and becomes 0. */
  static int number(JsonParser parser, JsonToken token, EnumDescriptor type) throws IOException {
    if (token != JsonToken.VALUE_STRING) {
      return token == JsonToken.VALUE_NUMBER_INT ? signed32(parser, token) : notAnEnum();
    }
    EnumValueDescriptor value = type.findValueByName(parser.getText());
    if (value != null) {
      return value.getNumber();
    }
    return DECIMAL.matcher(parser.getText()).matches() ? signed32(parser, token) : 0;
  }

  private static int notAnEnum() {
    throw new WrongTypeException("must be a name or a number");
  }

  static double decimal(JsonParser parser, JsonToken token) throws IOException {
    String text = numberText(parser, token);
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> finite(text);
    };
  }

  private static double finite(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new UnreadableException(NUMBER);
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new UnreadableException("is beyond the range of numbers");
    }
    return value;
  }

  static long signed64(JsonParser parser, JsonToken token) throws IOException {
    return whole(parser, token, Long.MIN_VALUE, BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  /** As the bits of a signed number. */
  static long unsigned64(JsonParser parser, JsonToken token) throws IOException {
    return whole(parser, token, 0, MAX_UNSIGNED).longValue();
  }

  static int signed32(JsonParser parser, JsonToken token) throws IOException {
    return whole(parser, token, Integer.MIN_VALUE, BigInteger.valueOf(Integer.MAX_VALUE))
        .intValue();
  }

  static long unsigned32(JsonParser parser, JsonToken token) throws IOException {
    return whole(parser, token, 0, BigInteger.valueOf(0xFFFF_FFFFL)).longValue();
  }

  private static final BigInteger MAX_UNSIGNED =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private static Number whole(JsonParser parser, JsonToken token, long min, BigInteger max)
      throws IOException {
    String text = numberText(parser, token);
    if (isShortWhole(text)) {
      long value = Long.parseLong(text);
      if (value >= min && (max.bitLength() >= Long.SIZE - 1 || value <= max.longValue())) {
        return value;
      }
    }
    if (!DECIMAL.matcher(text).matches() || text.length() > MAX_DIGITS) {
      throw new UnreadableException(NUMBER);
    }
    BigDecimal decimal = exact(text);
    if (decimal.signum() != 0 && Math.abs((long) decimal.scale()) > MAX_DIGITS) {
      throw new UnreadableException("must be a whole number"); // its digits would fill the memory
    }
    try {
      BigInteger value = decimal.signum() == 0 ? BigInteger.ZERO : decimal.toBigIntegerExact();
      if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(max) > 0) {
        throw new UnreadableException("must be between " + min + " and " + max);
      }
      return value;
    } catch (ArithmeticException e) {
      throw new UnreadableException("must be a whole number");
    }
  }

  private static BigDecimal exact(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new UnreadableException("is beyond the range of numbers"); // an exponent of 33 bits
    }
  }

  private static boolean isShortWhole(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    if (text.length() == start || text.length() - start > 18) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static String numberText(JsonParser parser, JsonToken token) throws IOException {
    if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
      throw new WrongTypeException(NUMBER);
    }
    return parser.getText();
  }
}
