package dev.annulus.query.sql.differential;

/** The types of generated expressions. */
enum Type {
  LONG("BIGINT"),
  DOUBLE("DOUBLE"),
  TEXT("VARCHAR"),
  BOOL("BOOLEAN");

  private final String sql;

  Type(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }

  /** A null of this type. */
  String nullLiteral() {
    return "CAST(NULL AS " + sql + ")";
  }

  boolean isNumber() {
    return this == LONG || this == DOUBLE;
  }
}
