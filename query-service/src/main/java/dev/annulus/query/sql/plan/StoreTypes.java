package dev.annulus.query.sql.plan;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeMappingRule;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** The types of expressions: text is UTF-8 and never padded, averages have a fraction. */
final class StoreTypes extends JavaTypeFactoryImpl {
  StoreTypes() {
    super(new Rules());
  }

  @Override
  public Charset getDefaultCharset() {
    return StandardCharsets.UTF_8;
  }

  /** Numbers and times have nothing in common: a number would be taken for milliseconds. */
  @Override
  public @Nullable RelDataType leastRestrictive(
      List<RelDataType> types, SqlTypeMappingRule mappingRule) {
    return types.stream().anyMatch(SqlTypeUtil::isNumeric)
            && types.stream().anyMatch(SqlTypeUtil::isDatetime)
        ? null
        : super.leastRestrictive(types, mappingRule);
  }

  @Override
  public @Nullable RelDataType leastRestrictive(List<RelDataType> types) {
    return types.stream().anyMatch(SqlTypeUtil::isNumeric)
            && types.stream().anyMatch(SqlTypeUtil::isDatetime)
        ? null
        : super.leastRestrictive(types);
  }

  private static final class Rules extends RelDataTypeSystemImpl {
    private static final int INTERVAL_DIGITS = 9;

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }

    /** Intervals of any number of seconds, where Calcite would allow two digits. */
    @Override
    public int getDefaultPrecision(SqlTypeName type) {
      return SqlTypeName.INTERVAL_TYPES.contains(type)
          ? INTERVAL_DIGITS
          : super.getDefaultPrecision(type);
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
