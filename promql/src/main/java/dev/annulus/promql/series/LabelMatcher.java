package dev.annulus.promql.series;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Selects series by one label. Regular expressions are RE2's (linear time), match the whole value,
 * and their dot matches newlines. A series without the label has the empty value.
 */
public final class LabelMatcher {

  /** How the value is compared. */
  public enum Type {
    EQUAL("="),
    NOT_EQUAL("!="),
    REGEX("=~"),
    NOT_REGEX("!~");

    private final String symbol;

    Type(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  private final Type type;
  private final String name;
  private final String value;
  private final @Nullable Pattern pattern;

  /**
   * @throws IllegalArgumentException if {@code value} is not the regular expression it has to be
   */
  public LabelMatcher(Type type, String name, String value) {
    this.type = type;
    this.name = name;
    this.value = value;
    this.pattern = type == Type.REGEX || type == Type.NOT_REGEX ? anchored(value) : null;
  }

  /**
   * {@code regex} as it is matched everywhere in PromQL: against the whole text, dots match all.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Pattern anchored(String regex) {
    if (RegexSize.of(regex) > RegexSize.MAX) {
      throw new IllegalArgumentException(
          "invalid regular expression: too large when its repetitions are written out");
    }
    try {
      // Compiled alone first: "a)(b" must not close the group that anchors it.
      Pattern.compile(regex);
      return Pattern.compile("^(?s:" + regex + ")$");
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "invalid regular expression " + Quoting.quote(regex) + ": " + e.getDescription(), e);
    }
  }

  public Type type() {
    return type;
  }

  public String name() {
    return name;
  }

  public String value() {
    return value;
  }

  public boolean matches(String labelValue) {
    return switch (type) {
      case EQUAL -> value.equals(labelValue);
      case NOT_EQUAL -> !value.equals(labelValue);
      case REGEX -> pattern != null && pattern.matcher(labelValue).find();
      case NOT_REGEX -> pattern != null && !pattern.matcher(labelValue).find();
    };
  }

  public boolean matches(Labels labels) {
    return matches(labels.get(name));
  }

  /** {@code name}, in quotes unless it is a plain identifier. */
  static String quotedName(String name) {
    return isIdentifier(name) ? name : Quoting.quote(name);
  }

  /** Whether {@code name} can stand in a query without quotes, as a label's name. */
  public static boolean isIdentifier(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelMatcher that
        && type == that.type
        && name.equals(that.name)
        && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return (type.hashCode() * 31 + name.hashCode()) * 31 + value.hashCode();
  }

  /** As in a query: <code>name=~"value"</code>. */
  @Override
  public String toString() {
    return quotedName(name) + type.symbol + Quoting.quote(value);
  }
}
