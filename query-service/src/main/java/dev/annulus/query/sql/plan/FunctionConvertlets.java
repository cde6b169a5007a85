package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.ScalarOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql2rel.SqlRexConvertlet;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/** Translates the store's functions by their own rules and everything else as usual. */
final class FunctionConvertlets implements SqlRexConvertletTable {
  @Override
  public @Nullable SqlRexConvertlet get(SqlCall call) {
    if (call.getOperator().equals(SqlStdOperatorTable.CONCAT)) {
      return Concatenation::convert;
    }
    return call.getOperator() instanceof ScalarOperator function
        ? (context, converted) -> function.convert(context, converted)
        : StandardConvertletTable.INSTANCE.get(call);
  }
}
