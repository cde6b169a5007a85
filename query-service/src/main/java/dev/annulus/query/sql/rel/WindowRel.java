package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.function.SampleAggregate;
import dev.annulus.query.sql.window.WindowSpec;
import dev.annulus.query.sql.window.WindowedRows;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelFieldCollation.Direction;
import org.apache.calcite.rel.RelFieldCollation.NullDirection;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.type.SqlTypeName;

/** Windows over rows. */
public final class WindowRel extends Window implements EnumerableRel {
  private static final Method WINDOWS =
      Arrays.stream(WindowedRows.class.getMethods())
          .filter(method -> method.getName().equals("of"))
          .findFirst()
          .orElseThrow();

  private WindowRel(
      RelTraitSet traits,
      RelNode input,
      List<RexLiteral> constants,
      RelDataType rowType,
      List<Group> groups) {
    super(input.getCluster(), traits, input, constants, rowType, groups);
  }

  /** What computes windows over an input. */
  public static WindowRel of(Window window, RelNode input) {
    return new WindowRel(
        window.getTraitSet().replace(EnumerableConvention.INSTANCE),
        input,
        window.getConstants(),
        window.getRowType(),
        window.groups);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new WindowRel(traits, inputs.get(0), constants, getRowType(), groups);
  }

  @Override
  public Window copy(List<RexLiteral> newConstants) {
    return new WindowRel(traitSet, getInput(), newConstants, getRowType(), groups);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    Result input = implementor.visitChild(this, 0, (EnumerableRel) getInput(), Prefer.ARRAY);
    BlockBuilder code = new BlockBuilder();
    Expression rows = code.append("rows", input.block);
    Expression values =
        Expressions.newArrayInit(
            Object.class,
            RunConstants.translate(
                List.<RexNode>copyOf(constants), getCluster(), implementor, code));
    code.add(
        Expressions.return_(
            null,
            Expressions.call(
                WINDOWS,
                DataContext.ROOT,
                implementor.stash(spec(), WindowSpec.class),
                values,
                rows)));
    return implementor.result(
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY),
        code.toBlock());
  }

  private WindowSpec spec() {
    int columns = getInput().getRowType().getFieldCount();
    return new WindowSpec(columns, groups.stream().map(this::group).toList());
  }

  private WindowSpec.Group group(Group group) {
    List<WindowSpec.Key> order = new ArrayList<>();
    for (RelFieldCollation key : group.orderKeys.getFieldCollations()) {
      boolean descending = key.direction == Direction.DESCENDING;
      boolean nullsFirst =
          key.nullDirection == NullDirection.FIRST
              || (key.nullDirection == NullDirection.UNSPECIFIED && descending);
      order.add(
          new WindowSpec.Key(
              key.getFieldIndex(),
              descending,
              nullsFirst,
              typeOf(key.getFieldIndex()) == SqlTypeName.DATE));
    }
    WindowSpec.Frame frame =
        new WindowSpec.Frame(
            group.isRows,
            bound(group.lowerBound),
            bound(group.upperBound),
            switch (group.exclude) {
              case EXCLUDE_NO_OTHER -> WindowSpec.Exclusion.NOTHING;
              case EXCLUDE_CURRENT_ROW -> WindowSpec.Exclusion.CURRENT_ROW;
              case EXCLUDE_GROUP -> WindowSpec.Exclusion.GROUP;
              case EXCLUDE_TIES -> WindowSpec.Exclusion.TIES;
            });
    List<WindowSpec.Call> calls = group.aggCalls.stream().map(WindowRel::call).toList();
    return new WindowSpec.Group(group.keys.asList(), order, frame, calls);
  }

  private SqlTypeName typeOf(int column) {
    return getInput().getRowType().getFieldList().get(column).getType().getSqlTypeName();
  }

  private static WindowSpec.Bound bound(RexWindowBound bound) {
    RexNode offset = bound.getOffset();
    WindowSpec.Place place =
        bound.isUnbounded()
            ? WindowSpec.Place.UNBOUNDED
            : bound.isCurrentRow()
                ? WindowSpec.Place.CURRENT
                : bound.isPreceding() ? WindowSpec.Place.PRECEDING : WindowSpec.Place.FOLLOWING;
    return new WindowSpec.Bound(place, offset == null ? -1 : ((RexInputRef) offset).getIndex());
  }

  private static WindowSpec.Call call(RexWinAggCall call) {
    List<Integer> arguments =
        call.getOperands().stream().map(operand -> ((RexInputRef) operand).getIndex()).toList();
    WindowSpec.Call function =
        new WindowSpec.Call(
            call.getKind(),
            call.getOperator() instanceof SampleAggregate sample ? sample : null,
            arguments,
            call.distinct,
            call.ignoreNulls,
            call.getType().getSqlTypeName());
    if (!WindowSpec.isKnown(function)) {
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED, call.getOperator().getName() + " has no OVER (…)");
    }
    return function;
  }
}
