package dev.annulus.query.http.prometheus;

import dev.annulus.promql.series.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON as Prometheus does: times in seconds with at most three decimals, values as texts.
 * Nothing is checked: the caller puts commas and brackets. Used by one thread; {@link #close}
 * flushes what is left into the stream, which stays open.
 */
final class JsonAnswer implements AutoCloseable {
  static final String MEDIA_TYPE = "application/json";

  private static final int BUFFER = 16 << 10;

  /** The most that one call of {@link #need} asks for. */
  private static final int MOST_AT_ONCE = 64;

  private static final int MOST_OF_CHARACTER = 6;

  private static final double EXACT_INTEGERS = 1L << 53;
  private static final double LARGE = 1e21;
  private static final double SMALL = 1e-6;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Of a long. */
  private static final int MOST_DIGITS = 19;

  /** 00, 01, …, 99. */
  private static final byte[] PAIRS = new byte[200];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
  }

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int size;

  /** The last time written, in units of 10,000 seconds, and its digits. */
  private long tenThousands = -1;

  private final ShortestDecimal decimal = new ShortestDecimal();
  private final byte[] leading = new byte[MOST_DIGITS];
  private int leadingLength;

  JsonAnswer(OutputStream out) {
    this.out = out;
  }

  /** ASCII as it is. */
  JsonAnswer raw(String ascii) throws IOException {
    for (int i = 0; i < ascii.length(); i++) {
      if (size == BUFFER) {
        flush();
      }
      buffer[size++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /** JSON that is written already. */
  JsonAnswer bytes(ByteArrayOutputStream json) throws IOException {
    flush();
    json.writeTo(out);
    return this;
  }

  /** A comma, but not before the first. */
  JsonAnswer comma(boolean first) throws IOException {
    return first ? this : raw(",");
  }

  /** A text in quotes. */
  JsonAnswer text(String text) throws IOException {
    raw("\"");
    for (int i = plain(text, 0); i < text.length(); i = plain(text, i + 1)) {
      char c = text.charAt(i);
      if (c < 0x80) {
        escape(c);
      } else {
        i += utf8(text, i);
      }
    }
    return raw("\"");
  }

  /** Writes what needs no escape, up to the index that it returns; there is room for more then. */
  private int plain(String text, int from) throws IOException {
    int i = from;
    while (true) {
      need();
      int end = Math.min(text.length(), i + BUFFER - size - MOST_OF_CHARACTER);
      while (i < end && isPlain(text.charAt(i))) {
        buffer[size++] = (byte) text.charAt(i++);
      }
      if (i < end || i == text.length()) {
        return i;
      }
    }
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  private void escape(char c) {
    buffer[size++] = '\\';
    switch (c) {
      case '"', '\\' -> buffer[size++] = (byte) c;
      case '\n' -> buffer[size++] = 'n';
      case '\r' -> buffer[size++] = 'r';
      case '\t' -> buffer[size++] = 't';
      default -> {
        buffer[size++] = 'u';
        buffer[size++] = '0';
        buffer[size++] = '0';
        buffer[size++] = HEX[c >> 4];
        buffer[size++] = HEX[c & 15];
      }
    }
  }

  /** Returns how many further characters it took. Half a pair becomes U+FFFD, as in Go. */
  private int utf8(String text, int at) {
    int point = text.codePointAt(at);
    int more = Character.charCount(point) - 1;
    if (more == 0 && Character.isSurrogate((char) point)) {
      point = 0xfffd;
    }
    if (point < 0x800) {
      buffer[size++] = (byte) (0xc0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        buffer[size++] = (byte) (0xe0 | (point >> 12));
      } else {
        buffer[size++] = (byte) (0xf0 | (point >> 18));
        buffer[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      }
      buffer[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    }
    buffer[size++] = (byte) (0x80 | (point & 0x3f));
    return more;
  }

  /** A label set as an object. */
  JsonAnswer labels(Labels labels) throws IOException {
    raw("{");
    boolean[] first = {true};
    IOException[] failed = new IOException[1];
    labels.forEach(
        (name, value) -> {
          try {
            comma(first[0]).text(name).raw(":").text(value);
            first[0] = false;
          } catch (IOException e) {
            failed[0] = e;
          }
        });
    if (failed[0] != null) {
      throw failed[0];
    }
    return raw("}");
  }

  /** A time and a value: <code>[1435781430.781,"1"]</code>. */
  JsonAnswer point(long millis, double value) throws IOException {
    need();
    buffer[size++] = '[';
    time(millis);
    buffer[size++] = ',';
    buffer[size++] = '"';
    number(value);
    buffer[size++] = '"';
    buffer[size++] = ']';
    return this;
  }

  /** A time in seconds. */
  JsonAnswer seconds(long millis) throws IOException {
    need();
    time(millis);
    return this;
  }

  private void time(long millis) {
    long positive = Math.abs(millis);
    if (millis < 0) {
      buffer[size++] = '-';
    }
    long seconds = positive / 1_000;
    if (seconds < 10_000) {
      whole(seconds);
    } else {
      leadingDigits(seconds);
      int rest = (int) (seconds % 10_000);
      pair(rest / 100);
      pair(rest % 100);
    }
    int fraction = (int) (positive % 1_000);
    if (fraction != 0) {
      buffer[size++] = '.';
      buffer[size++] = (byte) ('0' + fraction / 100);
      pair(fraction % 100);
    }
  }

  /** All but the last four digits, which are mostly those of the time before. */
  private void leadingDigits(long seconds) {
    long wanted = seconds / 10_000;
    if (wanted == tenThousands) {
      System.arraycopy(leading, 0, buffer, size, leadingLength);
      size += leadingLength;
      return;
    }
    int from = size;
    whole(wanted);
    tenThousands = wanted;
    leadingLength = size - from;
    System.arraycopy(buffer, from, leading, 0, leadingLength);
  }

  private void pair(int number) {
    buffer[size] = PAIRS[2 * number];
    buffer[size + 1] = PAIRS[2 * number + 1];
    size += 2;
  }

  /** A whole number. */
  JsonAnswer integer(long number) throws IOException {
    need();
    if (number < 0) {
      buffer[size++] = '-';
    }
    whole(Math.abs(number));
    return this;
  }

  private void whole(long number) {
    int digits = 1;
    for (long power = 10; digits < MOST_DIGITS && number >= power; power *= 10) {
      digits++;
    }
    int at = size + digits;
    size = at;
    long rest = number;
    while (rest >= 100) {
      long hundreds = rest / 100;
      int pair = (int) (rest - 100 * hundreds);
      buffer[--at] = PAIRS[2 * pair + 1];
      buffer[--at] = PAIRS[2 * pair];
      rest = hundreds;
    }
    if (rest >= 10) {
      buffer[--at] = PAIRS[2 * (int) rest + 1];
    }
    buffer[--at] = rest >= 10 ? PAIRS[2 * (int) rest] : (byte) ('0' + rest);
  }

  /** A number that is no value: not a text. */
  JsonAnswer decimal(double number) throws IOException {
    need();
    number(number);
    return this;
  }

  /** The shortest decimal, with an exponent only if it is very large or small. */
  private void number(double value) throws IOException {
    if (Double.isNaN(value)) {
      raw("NaN");
    } else if (Double.isInfinite(value)) {
      raw(value > 0 ? "+Inf" : "-Inf");
    } else if (value == (long) value && Math.abs(value) < EXACT_INTEGERS) {
      if (value < 0 || (value == 0 && 1 / value < 0)) {
        buffer[size++] = '-';
      }
      whole(Math.abs((long) value));
    } else {
      if (value < 0) {
        buffer[size++] = '-';
      }
      shortest(Math.abs(value));
    }
  }

  private void shortest(double value) {
    decimal.of(value);
    long digits = decimal.digits();
    int from = size;
    whole(digits);
    int count = size - from;
    int point = count + decimal.exponent(); // digits before it
    if (value < SMALL || value >= LARGE) {
      insertPoint(from, 1);
      exponent(point - 1);
    } else if (point <= 0) {
      int zeros = 2 - point;
      System.arraycopy(buffer, from, buffer, from + zeros, count);
      Arrays.fill(buffer, from, from + zeros, (byte) '0');
      buffer[from + 1] = '.';
      size += zeros;
    } else if (point < count) {
      insertPoint(from, point);
    } else {
      Arrays.fill(buffer, size, size + point - count, (byte) '0');
      size += point - count;
    }
  }

  /** Puts a point after {@code before} of the digits that start at {@code from}, if more follow. */
  private void insertPoint(int from, int before) {
    int at = from + before;
    if (at < size) {
      System.arraycopy(buffer, at, buffer, at + 1, size - at);
      buffer[at] = '.';
      size++;
    }
  }

  private void exponent(int exponent) {
    buffer[size++] = 'e';
    buffer[size++] = (byte) (exponent < 0 ? '-' : '+');
    int absolute = Math.abs(exponent);
    if (absolute < 100) {
      pair(absolute);
    } else {
      whole(absolute);
    }
  }

  private void need() throws IOException {
    if (BUFFER - size < MOST_AT_ONCE) {
      flush();
    }
  }

  private void flush() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
