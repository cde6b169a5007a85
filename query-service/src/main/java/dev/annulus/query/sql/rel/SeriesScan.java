package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.GeneratedSeries;
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
import org.jspecify.annotations.Nullable;

/** Whole numbers from a start to a stop. */
public final class SeriesScan extends AbstractRelNode implements EnumerableRel {
  private static final Method NUMBERS =
      Arrays.stream(GeneratedSeries.class.getMethods())
          .filter(method -> method.getName().equals("series"))
          .findFirst()
          .orElseThrow();

  private final List<RexNode> arguments;
  private final RelDataType type;

  private SeriesScan(TableFunctionScan scan, List<RexNode> arguments) {
    super(scan.getCluster(), scan.getTraitSet().replace(EnumerableConvention.INSTANCE));
    this.arguments = List.copyOf(arguments);
    this.type = scan.getRowType();
  }

  /** What computes a call; null if its arguments differ from row to row. */
  public static @Nullable SeriesScan of(TableFunctionScan scan) {
    List<RexNode> arguments = ((RexCall) scan.getCall()).getOperands();
    return arguments.stream().allMatch(RunConstants::isConstant)
        ? new SeriesScan(scan, arguments)
        : null;
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
    return super.explainTerms(writer).item("arguments", arguments);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    BlockBuilder code = new BlockBuilder();
    List<Expression> values = new ArrayList<>();
    values.add(DataContext.ROOT);
    values.add(
        Expressions.newArrayInit(
            Object.class, RunConstants.translate(arguments, getCluster(), implementor, code)));
    code.add(Expressions.return_(null, Expressions.call(NUMBERS, values)));
    return implementor.result(
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY),
        code.toBlock());
  }
}
