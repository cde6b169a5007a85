package dev.annulus.query.sql.function;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.adapter.enumerable.CallImplementor;
import org.apache.calcite.adapter.enumerable.EnumUtils;
import org.apache.calcite.adapter.enumerable.NullPolicy;
import org.apache.calcite.adapter.enumerable.RexImpTable;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.linq4j.tree.Primitive;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.FunctionParameter;
import org.apache.calcite.schema.ImplementableFunction;
import org.apache.calcite.schema.ScalarFunction;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * A scalar function whose body is a static method of primitive arguments. It is null when an
 * argument is; a method that returns a boxed type may give null by itself.
 */
final class ScalarFunctionDef implements ScalarFunction, ImplementableFunction {
  private final Method method;

  ScalarFunctionDef(Method method) {
    this.method = method;
  }

  static ScalarFunctionDef of(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .map(ScalarFunctionDef::new)
        .orElseThrow(() -> new IllegalArgumentException("no method " + name + " in " + type));
  }

  int arity() {
    return method.getParameterCount();
  }

  /** The SQL type of an argument. */
  SqlTypeName argument(int i) {
    return sqlType(method.getParameterTypes()[i]);
  }

  String argumentName(int i) {
    return method.getParameters()[i].getName().toLowerCase(Locale.ROOT);
  }

  SqlTypeName result() {
    return sqlType(Primitive.unbox(method.getReturnType()));
  }

  /** Whether it can be null though no argument is. */
  boolean isNullByItself() {
    return !method.getReturnType().isPrimitive();
  }

  @Override
  public CallImplementor getImplementor() {
    return RexImpTable.createImplementor(
        (translator, call, operands) -> Expressions.call(method, converted(operands)),
        isNullByItself() ? NullPolicy.SEMI_STRICT : NullPolicy.STRICT,
        false);
  }

  private List<Expression> converted(List<Expression> operands) {
    List<Expression> arguments = new ArrayList<>(operands.size());
    for (int i = 0; i < operands.size(); i++) {
      arguments.add(EnumUtils.convert(operands.get(i), method.getParameterTypes()[i]));
    }
    return arguments;
  }

  @Override
  public RelDataType getReturnType(RelDataTypeFactory factory) {
    return factory.createTypeWithNullability(factory.createSqlType(result()), true);
  }

  @Override
  public List<FunctionParameter> getParameters() {
    // The operator that owns this function checks and casts its operands itself.
    return List.of();
  }

  private static SqlTypeName sqlType(java.lang.reflect.Type type) {
    if (type == long.class) {
      return SqlTypeName.BIGINT;
    }
    if (type == double.class) {
      return SqlTypeName.DOUBLE;
    }
    throw new IllegalArgumentException("no SQL type for " + type);
  }
}
