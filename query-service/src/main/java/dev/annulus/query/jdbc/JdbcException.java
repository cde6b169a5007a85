package dev.annulus.query.jdbc;

/** Why a call of a JDBC client was refused, in words for whoever wrote the client. */
final class JdbcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;

  JdbcException(String sqlState, String message) {
    super(message);
    this.sqlState = sqlState;
  }

  /** The five characters that SQL has for this kind of failure. */
  String sqlState() {
    return sqlState;
  }

  static JdbcException noRequest() {
    return new JdbcException("08P01", "The body is not an Avatica request.");
  }

  static JdbcException readOnly() {
    return new JdbcException("25006", "Annulus is read only over JDBC: only queries are allowed.");
  }
}
