package dev.annulus.query.sql;

import java.util.Locale;

/** The kinds of failure. The lower-case names are part of the HTTP contract: they never change. */
public enum SqlErrorCode {
  /** The text does not parse. */
  SYNTAX_ERROR,
  /** The text parses but says something impossible, such as adding a name to a number. */
  INVALID_QUERY,
  /** No column of that name. */
  UNKNOWN_COLUMN,
  /** No table of that name. */
  UNKNOWN_TABLE,
  /** No function of that name and these argument types. */
  UNKNOWN_FUNCTION,
  /** A statement other than a query, or more than one. */
  NOT_A_QUERY,
  /** A scan that nothing confines to a set of metrics. */
  MISSING_BOUND,
  /** More samples would be read than one query may. */
  TOO_MANY_SAMPLES,
  /** More metrics would be read than one query may. */
  TOO_MANY_METRICS,
  /** More rows would be held in memory or joined than one query may. */
  TOO_MANY_ROWS,
  /** More bytes would be held in memory than one query may. */
  TOO_MUCH_MEMORY,
  /** Text too long, too deep or with too many parts. */
  TOO_COMPLEX,
  /** Valid SQL that this engine does not do. */
  UNSUPPORTED,
  /** A value that cannot be computed, such as an integer divided by zero. */
  INVALID_VALUE,
  /** Too many others run and wait. */
  TOO_MANY_QUERIES,
  /** The deadline passed. */
  TIMEOUT,
  /** Somebody cancelled the query. */
  CANCELLED,
  /** A fault of the engine, not of the query. */
  INTERNAL;

  /** The name in the contract. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
