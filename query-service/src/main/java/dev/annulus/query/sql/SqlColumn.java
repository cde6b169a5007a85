package dev.annulus.query.sql;

/**
 * A column of a result.
 *
 * @param name as written in the query
 * @param type what its values are
 */
public record SqlColumn(String name, Type type) {

  /** What a value may be, besides null. */
  public enum Type {
    /** {@link Long}. */
    BIGINT,
    /** {@link Integer}; also of SQL's TINYINT and SMALLINT. */
    INTEGER,
    /** {@link Double}, maybe NaN or infinite; also of SQL's DECIMAL, REAL and FLOAT. */
    DOUBLE,
    /** {@link String}. */
    VARCHAR,
    /** {@link Boolean}. */
    BOOLEAN,
    /** A {@link String} like {@code 2026-01-31}. */
    DATE,
    /** A {@link String} like {@code 23:59:59}. */
    TIME,
    /** A {@link String} like {@code 2026-01-31T23:59:59}, in UTC. */
    TIMESTAMP,
    /** A {@link java.util.Map} of texts to values of the types above. */
    MAP
  }
}
