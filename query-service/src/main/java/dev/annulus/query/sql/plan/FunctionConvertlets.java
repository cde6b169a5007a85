package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.OwnConvertlets;
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
    SqlRexConvertlet own = OwnConvertlets.of(call);
    return own != null ? own : StandardConvertletTable.INSTANCE.get(call);
  }
}
