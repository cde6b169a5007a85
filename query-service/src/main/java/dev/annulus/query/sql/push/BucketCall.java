package dev.annulus.query.sql.push;

import dev.annulus.query.sql.function.ScalarOperator;
import dev.annulus.query.sql.rel.RunConstants;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A way to cut time into buckets that are the same throughout a run.
 *
 * @param step seconds
 * @param origin epoch seconds
 * @param type of the bucket's start
 */
record BucketCall(RexNode step, RexNode origin, RelDataType type) {
  private static final Set<String> NAMES = Set.of("ts_bucket", "time_bucket", "align_time");

  /** The buckets that an expression puts a column into; null if it is no such expression. */
  static @Nullable BucketCall of(RexNode node, RexBuilder rex) {
    if (!(node instanceof RexCall call)
        || !(call.getOperator() instanceof ScalarOperator operator)
        || !NAMES.contains(operator.getName())
        || !(call.getOperands().get(0) instanceof RexInputRef)
        || !call.getOperands().stream().skip(1).allMatch(RunConstants::isConstant)) {
      return null;
    }
    RexNode origin = call.getOperands().size() > 2 ? call.getOperands().get(2) : whole(0, rex);
    return new BucketCall(call.getOperands().get(1), origin, call.getType());
  }

  /** Buckets of one second: as good as the column itself. */
  static BucketCall ofSeconds(RexBuilder rex) {
    return new BucketCall(
        whole(1, rex), whole(0, rex), rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT));
  }

  /** Index of the column that {@link #of} found in the call. */
  static int column(RexNode call) {
    return ((RexInputRef) ((RexCall) call).getOperands().get(0)).getIndex();
  }

  List<RexNode> grid() {
    return List.of(step, origin);
  }

  boolean isLike(BucketCall other) {
    return step.equals(other.step) && origin.equals(other.origin);
  }

  private static RexNode whole(long value, RexBuilder rex) {
    return rex.makeLiteral(value, rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT), false);
  }
}
