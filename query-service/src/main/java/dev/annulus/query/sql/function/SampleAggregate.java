package dev.annulus.query.sql.function;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.adapter.enumerable.AggAddContext;
import org.apache.calcite.adapter.enumerable.AggContext;
import org.apache.calcite.adapter.enumerable.AggImplementor;
import org.apache.calcite.adapter.enumerable.AggResetContext;
import org.apache.calcite.adapter.enumerable.AggResultContext;
import org.apache.calcite.adapter.enumerable.EnumUtils;
import org.apache.calcite.adapter.enumerable.StrictAggImplementor;
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
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlUserDefinedAggFunction;
import org.apache.calcite.util.Optionality;

/**
 * An aggregate that a {@link SampleState} computes. Rows with a null argument do not count; without
 * any other row it is null.
 */
public final class SampleAggregate extends SqlUserDefinedAggFunction {
  private final Class<? extends SampleState> state;

  private SampleAggregate(String name, Class<? extends SampleState> state, List<String> arguments) {
    super(
        new SqlIdentifier(name, SqlParserPos.ZERO),
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.DOUBLE.andThen(
            (call, type) -> call.getTypeFactory().createTypeWithNullability(type, true)),
        InferTypes.FIRST_KNOWN,
        OperandTypes.operandMetadata(
            arguments.stream().map(argument -> SqlTypeFamily.NUMERIC).toList(),
            types ->
                arguments.stream()
                    .map(argument -> types.createSqlType(SqlTypeName.DOUBLE))
                    .toList(),
            arguments::get,
            argument -> false),
        new Definition(state),
        false,
        false,
        Optionality.FORBIDDEN);
    this.state = state;
  }

  static SampleAggregate of(String name, Class<? extends SampleState> state, String... arguments) {
    return new SampleAggregate(name, state, List.of(arguments));
  }

  /** Whether its second argument is a ts. */
  public boolean isOverTime() {
    return !SampleState.Percentile.class.isAssignableFrom(state)
        && state != SampleState.LastAdded.class;
  }

  /** Whether it keeps every row of a group in memory. */
  public boolean keepsRows() {
    return SampleState.Collected.class.isAssignableFrom(state);
  }

  private record Definition(Class<? extends SampleState> state)
      implements ImplementableAggFunction {
    @Override
    public AggImplementor getImplementor(boolean windowContext) {
      return new Implementor(state);
    }

    @Override
    public RelDataType getReturnType(RelDataTypeFactory types) {
      return types.createTypeWithNullability(types.createSqlType(SqlTypeName.DOUBLE), true);
    }

    @Override
    public List<FunctionParameter> getParameters() {
      return List.of();
    }
  }

  /** Code that makes a state for each group and hands it the rows. */
  private static final class Implementor extends StrictAggImplementor {
    private static final Method ADD =
        Arrays.stream(SampleState.class.getMethods())
            .filter(method -> method.getName().equals("add"))
            .findFirst()
            .orElseThrow();

    private final Class<? extends SampleState> state;

    Implementor(Class<? extends SampleState> state) {
      this.state = state;
    }

    @Override
    public List<Type> getNotNullState(AggContext context) {
      return List.of(state);
    }

    @Override
    protected void implementNotNullReset(AggContext context, AggResetContext reset) {
      reset
          .currentBlock()
          .add(
              Expressions.statement(
                  Expressions.assign(reset.accumulator().get(0), Expressions.new_(state))));
    }

    @Override
    protected void implementNotNullAdd(AggContext context, AggAddContext add) {
      List<Expression> arguments = add.arguments();
      Expression value = EnumUtils.convert(arguments.get(0), double.class);
      Expression other =
          arguments.size() > 1
              ? EnumUtils.convert(arguments.get(1), double.class)
              : Expressions.constant(0.0);
      add.currentBlock()
          .add(
              Expressions.statement(Expressions.call(add.accumulator().get(0), ADD, value, other)));
    }

    @Override
    protected Expression implementNotNullResult(AggContext context, AggResultContext result) {
      return Expressions.call(result.accumulator().get(0), "result");
    }
  }
}
