package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.function.PromqlTable;
import dev.annulus.query.sql.run.GeneratedSeries;
import dev.annulus.query.sql.run.PromqlRows;
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
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** The rows of a table function whose arguments are the same throughout a run. */
public final class FunctionScan extends AbstractRelNode implements EnumerableRel {
  private static final Method NUMBERS = method(GeneratedSeries.class, "series");
  private static final Method POINTS = method(PromqlRows.class, "points");
  private static final long SECOND = 1_000;

  private final SqlOperator function;
  private final List<RexNode> arguments;
  private final RelDataType type;

  private FunctionScan(TableFunctionScan scan, RexCall call) {
    super(scan.getCluster(), scan.getTraitSet().replace(EnumerableConvention.INSTANCE));
    this.function = call.getOperator();
    this.arguments = List.copyOf(call.getOperands());
    this.type = scan.getRowType();
  }

  /** What computes a call; null if its arguments differ from row to row. */
  public static @Nullable FunctionScan of(TableFunctionScan scan) {
    RexCall call = (RexCall) scan.getCall();
    return call.getOperands().stream().allMatch(RunConstants::isConstant)
        ? new FunctionScan(scan, call)
        : null;
  }

  private static Method method(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }

  @Override
  protected RelDataType deriveRowType() {
    return type;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .item("function", function.getName())
        .item("arguments", arguments);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    BlockBuilder code = new BlockBuilder();
    List<Expression> values = new ArrayList<>();
    values.add(DataContext.ROOT);
    if (function instanceof PromqlTable) {
      values.add(Expressions.newArrayInit(long.class, millis()));
    }
    values.add(
        Expressions.newArrayInit(
            Object.class, RunConstants.translate(arguments, getCluster(), implementor, code)));
    Method rows = function instanceof PromqlTable ? POINTS : NUMBERS;
    code.add(Expressions.return_(null, Expressions.call(rows, values)));
    return implementor.result(
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY),
        code.toBlock());
  }

  /** Timestamps and intervals count milliseconds, numbers seconds. */
  private List<Expression> millis() {
    return arguments.stream()
        .map(argument -> SqlTypeUtil.isNumeric(argument.getType()) ? SECOND : 1L)
        .map(millis -> (Expression) Expressions.constant(millis))
        .toList();
  }
}
