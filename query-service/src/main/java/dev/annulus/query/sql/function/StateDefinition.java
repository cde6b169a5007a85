package dev.annulus.query.sql.function;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
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
import org.apache.calcite.linq4j.tree.Primitive;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableAggFunction;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * An aggregate whose groups each have an object, made anew, with a method {@code add} of primitive
 * arguments for each row without nulls, and a method {@code result}.
 */
record StateDefinition(Class<?> state, SqlTypeName result) implements ImplementableAggFunction {

  @Override
  public AggImplementor getImplementor(boolean windowContext) {
    return new Implementor(state);
  }

  @Override
  public RelDataType getReturnType(RelDataTypeFactory types) {
    return types.createTypeWithNullability(types.createSqlType(result), true);
  }

  @Override
  public List<FunctionParameter> getParameters() {
    return List.of();
  }

  private static final class Implementor extends StrictAggImplementor {
    private final Class<?> state;
    private final Method add;

    Implementor(Class<?> state) {
      this.state = state;
      this.add =
          Arrays.stream(state.getMethods())
              .filter(method -> method.getName().equals("add"))
              .findFirst()
              .orElseThrow();
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
    protected void implementNotNullAdd(AggContext context, AggAddContext row) {
      List<Expression> given = row.arguments();
      List<Expression> arguments = new ArrayList<>();
      for (Class<?> type : add.getParameterTypes()) {
        int i = arguments.size();
        arguments.add(
            i < given.size()
                ? EnumUtils.convert(given.get(i), type)
                : Expressions.constant(Primitive.of(type).defaultValue));
      }
      row.currentBlock()
          .add(Expressions.statement(Expressions.call(row.accumulator().get(0), add, arguments)));
    }

    @Override
    protected Expression implementNotNullResult(AggContext context, AggResultContext result) {
      return Expressions.call(result.accumulator().get(0), "result");
    }
  }
}
