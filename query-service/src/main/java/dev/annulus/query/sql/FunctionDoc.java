package dev.annulus.query.sql;

/**
 * What a user needs to know of a function.
 *
 * @param name in lower case
 * @param kind how it is called
 * @param signature with argument names
 * @param help one line
 * @param nulls when the result is null, besides "when an argument is"
 */
public record FunctionDoc(String name, Kind kind, String signature, String help, String nulls) {

  /** How a function is called. */
  public enum Kind {
    /** Once for each row. */
    SCALAR,
    /** Once for each group. */
    AGGREGATE,
    /** With {@code OVER (…)}. */
    WINDOW,
    /** In {@code FROM}. */
    TABLE
  }
}
