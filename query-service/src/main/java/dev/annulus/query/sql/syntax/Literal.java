package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.function.ValueSet;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A literal of a text, or all literals of an {@code IN} list.
 *
 * @param type what it is
 * @param text as written, without what stands between the literals of a list
 * @param value a {@link Long}, {@link Double} or {@link String}; a {@link ValueSet} for a list
 */
public record Literal(Type type, String text, Object value) {
  private static final int MOST_DIGITS_OF_LONG = 19;
  private static final int MOST_IDS_WRITTEN = 100;

  /** What a literal is. */
  public enum Type {
    /** A whole number that fits 64 bits. */
    WHOLE("w"),
    /** Any other number. */
    DECIMAL("d"),
    /** A text in single quotes. */
    TEXT("t"),
    /** A list of whole numbers. */
    WHOLES("W"),
    /** A list of numbers. */
    DECIMALS("D"),
    /** A list of texts. */
    TEXTS("T");

    private final String mark;

    Type(String mark) {
      this.mark = mark;
    }

    /** Stands for the literal in keys. */
    String mark() {
      return mark;
    }

    /** Whether this is a list. */
    public boolean isList() {
      return compareTo(TEXT) > 0;
    }
  }

  /** The literal that a token is; null if it is none, or a number beyond all doubles. */
  static @Nullable Literal of(SqlToken token) {
    String text = token.text();
    if (token.kind() == SqlToken.Kind.STRING) {
      return new Literal(Type.TEXT, text, content(text));
    }
    if (token.kind() != SqlToken.Kind.NUMBER) {
      return null;
    }
    if (isWhole(text)) {
      return new Literal(Type.WHOLE, text, Long.parseLong(text));
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) ? null : new Literal(Type.DECIMAL, text, value);
  }

  /** A list of ids. Its text is as good as the ids: no others have it. */
  static Literal ofIds(long[] ids) {
    return new Literal(Type.WHOLES, text(ids), ValueSet.ofWholes(Arrays.stream(ids)));
  }

  private static String text(long[] ids) {
    if (ids.length <= MOST_IDS_WRITTEN) {
      return Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(", "));
    }
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * ids.length);
    bytes.asLongBuffer().put(ids);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return ids.length + " ids " + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** A list of numbers, some of them maybe negative, or of texts; or of lists of ids. */
  static Literal ofList(List<Literal> elements, String text) {
    if (elements.size() == 1 && elements.get(0).type().isList()) {
      return elements.get(0);
    }
    Type first = elements.get(0).type();
    if (first == Type.TEXT) {
      return new Literal(
          Type.TEXTS,
          text,
          ValueSet.ofTexts(elements.stream().map(element -> (String) element.value()).toList()));
    }
    return elements.stream()
            .allMatch(element -> element.type() == Type.WHOLE || element.type() == Type.WHOLES)
        ? new Literal(
            Type.WHOLES, text, ValueSet.ofWholes(elements.stream().flatMapToLong(Literal::wholes)))
        : new Literal(
            Type.DECIMALS,
            text,
            ValueSet.ofDecimals(elements.stream().flatMapToDouble(Literal::decimals).toArray()));
  }

  private LongStream wholes() {
    return value instanceof ValueSet set ? set.wholes() : LongStream.of((long) value);
  }

  private DoubleStream decimals() {
    return value instanceof ValueSet set
        ? set.wholes().asDoubleStream()
        : DoubleStream.of(((Number) value).doubleValue());
  }

  Literal negated() {
    return type == Type.WHOLE
        ? new Literal(type, "-" + text, -(long) value)
        : new Literal(type, "-" + text, -(double) value);
  }

  private static boolean isWhole(String text) {
    if (text.length() > MOST_DIGITS_OF_LONG) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() < MOST_DIGITS_OF_LONG
        || text.compareTo(String.valueOf(Long.MAX_VALUE)) <= 0;
  }

  private static String content(String quoted) {
    String inside = quoted.substring(1, quoted.length() - 1);
    return inside.indexOf('\'') < 0 ? inside : inside.replace("''", "'");
  }
}
