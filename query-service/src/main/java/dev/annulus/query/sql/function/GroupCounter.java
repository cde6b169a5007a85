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
import org.apache.calcite.linq4j.tree.Statement;
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

/**
 * An aggregate that tells a method about every group that is begun, and another about the texts
 * that the group keeps, its operands; its value means nothing.
 */
public final class GroupCounter extends SqlUserDefinedAggFunction {

  /**
   * Calls static methods.
   *
   * @param onGroup is given the {@code DataContext} and {@code bytes} for each group
   * @param bytes of a group without its texts
   * @param onTexts is given the {@code DataContext}, what it gave before, or 0, and the operands
   * @param once whether the operands are the same in all rows of a group
   */
  public GroupCounter(Method onGroup, long bytes, Method onTexts, boolean once) {
    super(
        new SqlIdentifier("$GROUPS", SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.BIGINT,
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            List.of(), types -> List.of(), operand -> "", operand -> false),
        new Definition(onGroup, bytes, onTexts, once),
        false,
        false,
        Optionality.FORBIDDEN);
  }

  private record Definition(Method onGroup, long bytes, Method onTexts, boolean once)
      implements ImplementableAggFunction, AggImplementor {
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
      Expression counted = Expressions.call(onGroup, DataContext.ROOT, Expressions.constant(bytes));
      reset
          .currentBlock()
          .add(Expressions.statement(Expressions.assign(reset.accumulator().get(0), counted)));
    }

    @Override
    public void implementAdd(AggContext context, AggAddContext add) {
      List<Expression> texts = add.arguments();
      if (texts.isEmpty()) {
        return;
      }
      Expression counted = add.accumulator().get(0);
      Statement count =
          Expressions.statement(
              Expressions.assign(
                  counted,
                  Expressions.call(
                      onTexts,
                      DataContext.ROOT,
                      counted,
                      Expressions.newArrayInit(Object.class, texts))));
      add.currentBlock()
          .add(
              once
                  ? Expressions.ifThen(Expressions.equal(counted, Expressions.constant(0L)), count)
                  : count);
    }

    @Override
    public Expression implementResult(AggContext context, AggResultContext result) {
      return result.accumulator().get(0);
    }
  }
}
