package dev.annulus.promql;

import org.jspecify.annotations.Nullable;

/** A query that is refused or given up. Its message is fit for the person who wrote the query. */
public final class PromqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who can do something about it. */
  public enum Type {
    /** The text is not a query, or not one that is supported. Has a position. */
    BAD_DATA,
    /** The query is well-formed but has no answer on this data. */
    EXECUTION,
    /** The deadline has passed. */
    TIMEOUT,
    /** Somebody cancelled it. */
    CANCELED,
    /** It would take more series, points or memory than allowed. */
    TOO_MUCH
  }

  private final Type type;
  private final transient @Nullable PositionRange position;

  private PromqlException(Type type, String message, @Nullable PositionRange position) {
    super(message);
    this.type = type;
    this.position = position;
  }

  /** The text {@code query} is wrong at {@code position}; the message names line and column. */
  public static PromqlException badData(String query, PositionRange position, String message) {
    return new PromqlException(
        Type.BAD_DATA, position.lineAndColumn(query) + ": parse error: " + message, position);
  }

  public static PromqlException execution(String message) {
    return new PromqlException(Type.EXECUTION, message, null);
  }

  public static PromqlException timeout(String message) {
    return new PromqlException(Type.TIMEOUT, message, null);
  }

  public static PromqlException canceled(String message) {
    return new PromqlException(Type.CANCELED, message, null);
  }

  public static PromqlException tooMuch(String message) {
    return new PromqlException(Type.TOO_MUCH, message, null);
  }

  public Type type() {
    return type;
  }

  /** Where in the query, if it is {@link Type#BAD_DATA}; else null. */
  public @Nullable PositionRange position() {
    return position;
  }
}
