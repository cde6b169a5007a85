package dev.annulus.query.sql.syntax;

import java.math.BigDecimal;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/** A whole number of type BIGINT, however small. */
final class WholeNumber extends SqlNumericLiteral {
  WholeNumber(BigDecimal value, SqlParserPos pos) {
    super(value, null, 0, true, pos);
  }

  @Override
  public RelDataType createSqlType(RelDataTypeFactory factory) {
    return factory.createSqlType(SqlTypeName.BIGINT);
  }

  @Override
  public SqlNumericLiteral clone(SqlParserPos pos) {
    BigDecimal value = bigDecimalValue();
    return value == null ? super.clone(pos) : new WholeNumber(value, pos);
  }
}
