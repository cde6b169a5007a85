package dev.annulus.query.sql;

import org.jspecify.annotations.Nullable;

/**
 * Why a query was refused or ended early, in words for whoever wrote it: no class names, no traces.
 */
public final class SqlException extends RuntimeException {
  private final SqlErrorCode code;
  private final @Nullable Position position;
  private final @Nullable String hint;

  /** A failure that concerns no place in the text. */
  public SqlException(SqlErrorCode code, String message) {
    this(code, message, null, null, null);
  }

  /** A failure with everything known about it. */
  public SqlException(
      SqlErrorCode code,
      String message,
      @Nullable Position position,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.position = position;
    this.hint = hint;
  }

  /** What kind of failure this is; stable. */
  public SqlErrorCode code() {
    return code;
  }

  /** Where in the SQL; null if it concerns no place. */
  public @Nullable Position position() {
    return position;
  }

  /** What to try instead; null if nothing is known. */
  public @Nullable String hint() {
    return hint;
  }

  /** The message; never null. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /**
   * A piece of the SQL text as it was sent.
   *
   * @param line from 1
   * @param column from 1, of the first character
   * @param endLine from 1
   * @param endColumn from 1, of the last character, inclusive
   */
  public record Position(int line, int column, int endLine, int endColumn) {}
}
