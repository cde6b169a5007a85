package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlColumn;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import org.apache.calcite.rel.type.RelDataType;

/** Which types a result can have. */
final class ColumnTypes {
  private ColumnTypes() {}

  static SqlColumn.Type of(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case BIGINT -> SqlColumn.Type.BIGINT;
      case TINYINT, SMALLINT, INTEGER -> SqlColumn.Type.INTEGER;
      case FLOAT, REAL, DOUBLE, DECIMAL -> SqlColumn.Type.DOUBLE;
      case CHAR, VARCHAR, NULL -> SqlColumn.Type.VARCHAR;
      case BOOLEAN -> SqlColumn.Type.BOOLEAN;
      case DATE -> SqlColumn.Type.DATE;
      case TIME -> SqlColumn.Type.TIME;
      case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> SqlColumn.Type.TIMESTAMP;
      case MAP -> SqlColumn.Type.MAP;
      default ->
          throw new SqlException(
              SqlErrorCode.UNSUPPORTED,
              "a result column cannot be of type " + type.getSqlTypeName().getSpaceName());
    };
  }
}
