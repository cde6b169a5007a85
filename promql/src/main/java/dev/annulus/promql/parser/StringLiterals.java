package dev.annulus.promql.parser;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Reads string literals with Go's escapes. Escapes can name bytes that are no UTF-8; such a byte b
 * becomes the lone surrogate U+DC00 + b, which no valid text has.
 */
final class StringLiterals {
  private StringLiterals() {}

  /**
   * @param literal with its quotes, as the lexer found it
   * @throws IllegalArgumentException with the reason, if an escape is wrong
   */
  static String unquote(String literal) {
    String content = literal.substring(1, literal.length() - 1);
    if (literal.charAt(0) == '`' || content.indexOf('\\') < 0) {
      return content;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length());
    int i = 0;
    while (i < content.length()) {
      int point = content.codePointAt(i);
      if (point == '\\') {
        i = escape(content, i + 1, literal.charAt(0), bytes);
      } else {
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(point);
      }
    }
    return decode(bytes.toByteArray());
  }

  private static int escape(String content, int at, char quote, ByteArrayOutputStream bytes) {
    char c = content.charAt(at);
    int simple = "abfnrtv\\".indexOf(c);
    if (simple >= 0) {
      bytes.write("\u0007\b\f\n\r\t\u000b\\".charAt(simple));
      return at + 1;
    }
    if (c == quote) {
      bytes.write(c);
      return at + 1;
    }
    return switch (c) {
      case 'x' -> number(content, at + 1, 2, 16, true, bytes);
      case 'u' -> number(content, at + 1, 4, 16, false, bytes);
      case 'U' -> number(content, at + 1, 8, 16, false, bytes);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> number(content, at, 3, 8, true, bytes);
      default -> throw new IllegalArgumentException("unknown escape sequence \\" + c);
    };
  }

  private static int number(
      String content, int at, int digits, int base, boolean isByte, ByteArrayOutputStream bytes) {
    if (at + digits > content.length()) {
      throw new IllegalArgumentException("escape sequence not terminated");
    }
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = Character.digit(content.charAt(i), base);
      if (digit < 0) {
        throw new IllegalArgumentException(
            "illegal character '" + content.charAt(i) + "' in escape sequence");
      }
      value = value * base + digit;
    }
    boolean surrogate = !isByte && value >= 0xd800 && value < 0xe000;
    if (value > (isByte ? 255 : Character.MAX_CODE_POINT) || surrogate) {
      throw new IllegalArgumentException("escape sequence is an invalid Unicode code point");
    }
    if (isByte) {
      bytes.write((int) value);
    } else {
      bytes.writeBytes(Character.toString((int) value).getBytes(StandardCharsets.UTF_8));
    }
    return at + digits;
  }

  private static String decode(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (0xdc00 + (in.get() & 0xff)));
      }
    }
  }

  /** Whether {@code text} is one that UTF-8 can hold. */
  static boolean isValidText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
