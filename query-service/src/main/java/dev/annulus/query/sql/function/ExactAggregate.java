package dev.annulus.query.sql.function;

import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlUserDefinedAggFunction;
import org.apache.calcite.util.Optionality;

/**
 * What computes {@code sum}, {@code avg}, {@code min} and {@code max}: sums of whole numbers do not
 * wrap round, and NaN has its place among the doubles.
 */
public final class ExactAggregate extends SqlUserDefinedAggFunction {
  private static final ExactAggregate WHOLE_SUM =
      new ExactAggregate("$SUM", WholeSum.Sum.class, SqlTypeName.BIGINT, ReturnTypes.AGG_SUM);
  private static final ExactAggregate WHOLE_MEAN =
      new ExactAggregate(
          "$MEAN_OF_WHOLE", WholeSum.Mean.class, SqlTypeName.DOUBLE, ReturnTypes.AVG_AGG_FUNCTION);
  private static final ExactAggregate MEAN =
      new ExactAggregate(
          "$MEAN", Deviation.Mean.class, SqlTypeName.DOUBLE, ReturnTypes.AVG_AGG_FUNCTION);

  private static final ExactAggregate SMALLEST =
      new ExactAggregate(
          "$SMALLEST",
          Extremum.Smallest.class,
          SqlTypeName.DOUBLE,
          ReturnTypes.ARG0_NULLABLE_IF_EMPTY);
  private static final ExactAggregate LARGEST =
      new ExactAggregate(
          "$LARGEST",
          Extremum.Largest.class,
          SqlTypeName.DOUBLE,
          ReturnTypes.ARG0_NULLABLE_IF_EMPTY);

  private ExactAggregate(
      String name, Class<?> state, SqlTypeName result, SqlReturnTypeInference type) {
    super(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        type,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(SqlTypeFamily.NUMERIC), types -> List.of(), argument -> "x", argument -> false),
        new StateDefinition(state, result),
        false,
        false,
        Optionality.FORBIDDEN);
  }

  /**
   * What computes a call.
   *
   * @param argument the type of its first argument
   */
  public static AggregateCall of(AggregateCall call, RelDataType argument) {
    boolean whole = SqlTypeUtil.isIntType(argument);
    return switch (call.getAggregation().getKind()) {
      case SUM -> whole ? WHOLE_SUM.instead(call) : call;
      case AVG -> whole ? WHOLE_MEAN.instead(call) : MEAN.instead(call);
      case MIN -> isDouble(argument) ? SMALLEST.instead(call) : call;
      case MAX -> isDouble(argument) ? LARGEST.instead(call) : call;
      default -> call;
    };
  }

  private static boolean isDouble(RelDataType type) {
    SqlTypeName name = type.getSqlTypeName();
    return name == SqlTypeName.DOUBLE || name == SqlTypeName.FLOAT;
  }

  private AggregateCall instead(AggregateCall call) {
    return AggregateCall.create(
        this,
        call.isDistinct(),
        call.isApproximate(),
        call.ignoreNulls(),
        call.rexList,
        call.getArgList(),
        call.filterArg,
        call.distinctKeys,
        call.collation,
        call.getType(),
        call.getName());
  }
}
