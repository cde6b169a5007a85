package dev.annulus.query.sql.plan;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** The types of expressions: text is UTF-8 and never padded, averages have a fraction. */
final class StoreTypes extends JavaTypeFactoryImpl {
  StoreTypes() {
    super(new Rules());
  }

  @Override
  public Charset getDefaultCharset() {
    return StandardCharsets.UTF_8;
  }

  private static final class Rules extends RelDataTypeSystemImpl {
    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
      return SqlTypeUtil.isIntType(argument)
          ? nullableAs(factory, SqlTypeName.BIGINT, argument)
          : nullableAs(factory, SqlTypeName.DOUBLE, argument);
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
      return nullableAs(factory, SqlTypeName.DOUBLE, argument);
    }

    private static RelDataType nullableAs(
        RelDataTypeFactory factory, SqlTypeName type, RelDataType argument) {
      return factory.createTypeWithNullability(factory.createSqlType(type), argument.isNullable());
    }
  }
}
