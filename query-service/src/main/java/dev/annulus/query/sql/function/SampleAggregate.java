package dev.annulus.query.sql.function;

import java.util.List;
import java.util.Set;
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
  private static final Set<Class<?>> OVER_TIME =
      Set.of(
          SampleState.First.class,
          SampleState.Last.class,
          SampleState.Increase.class,
          SampleState.Rate.class);

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
        new StateDefinition(state, SqlTypeName.DOUBLE),
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
    return OVER_TIME.contains(state);
  }

  /** What remembers the rows of a group. */
  public SampleState newState() {
    try {
      return state.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + state, e);
    }
  }

  /** Whether it keeps every row of a group in memory. */
  public boolean keepsRows() {
    return SampleState.Collected.class.isAssignableFrom(state);
  }
}
