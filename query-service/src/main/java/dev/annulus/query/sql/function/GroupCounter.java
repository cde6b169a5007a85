package dev.annulus.query.sql.function;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.AggAddContext;
import org.apache.calcite.adapter.enumerable.AggContext;
import org.apache.calcite.adapter.enumerable.AggImplementor;
import org.apache.calcite.adapter.enumerable.AggResetContext;
import org.apache.calcite.adapter.enumerable.AggResultContext;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableAggFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlUserDefinedAggFunction;
import org.apache.calcite.util.Optionality;

/** An aggregate that tells a method about every group that is begun; its value means nothing. */
public final class GroupCounter extends SqlUserDefinedAggFunction {

  /** Calls a static method, which is given the {@code DataContext}, for each group. */
  public GroupCounter(Method onGroup) {
    super(
        new SqlIdentifier("$GROUPS", SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.BIGINT,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(), types -> List.of(), operand -> "", operand -> false),
        new Definition(onGroup),
        false,
        false,
        Optionality.FORBIDDEN);
  }

  private record Definition(Method onGroup) implements ImplementableAggFunction, AggImplementor {
    @Override
    public AggImplementor getImplementor(boolean windowContext) {
      return this;
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createSqlType(SqlTypeName.BIGINT);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }

    @Override
    public List<Type> getStateType(AggContext context) {
      return List.of(long.class);
    }

    @Override
    public void implementReset(AggContext context, AggResetContext reset) {
      Expression counted = Expressions.call(onGroup, DataContext.ROOT);
      reset
          .currentBlock()
          .add(Expressions.statement(Expressions.assign(reset.accumulator().get(0), counted)));
    }

    @Override
    public void implementAdd(AggContext context, AggAddContext add) {}

    @Override
    public Expression implementResult(AggContext context, AggResultContext result) {
      return result.accumulator().get(0);
    }
  }
}
