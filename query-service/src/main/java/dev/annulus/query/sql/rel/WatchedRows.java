package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.Guard;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.linq4j.tree.BlockBuilder;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.jspecify.annotations.Nullable;

/** Passes rows on through a guard. Plans are shown without it. */
public final class WatchedRows extends SingleRel implements EnumerableRel {
  private final @Nullable Guard guard;

  /** Rows of a moving frame; 0 for none. */
  private final long width;

  private WatchedRows(RelTraitSet traits, RelNode input, @Nullable Guard guard, long width) {
    super(input.getCluster(), traits, input);
    this.guard = guard;
    this.width = width;
  }

  /** The rows of an operator, counted. */
  public static WatchedRows of(RelNode input, Guard guard) {
    return new WatchedRows(input.getTraitSet(), input, guard, 0);
  }

  /** The rows of an operator that go into a moving frame of at most some rows. */
  public static WatchedRows sliding(RelNode input, long width) {
    return new WatchedRows(input.getTraitSet(), input, Guard.HELD, width);
  }

  /** The rows of an operator, read once however often they are asked for. */
  public static WatchedRows kept(RelNode input) {
    return new WatchedRows(input.getTraitSet(), input, null, 0);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new WatchedRows(
        traits.replace(EnumerableConvention.INSTANCE), inputs.get(0), guard, width);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("guard", guard).item("width", width);
  }

  @Override
  public void explain(RelWriter writer) {
    getInput().explain(writer);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    Result input = implementor.visitChild(this, 0, (EnumerableRel) getInput(), prefer);
    BlockBuilder code = new BlockBuilder();
    Expression rows = code.append("rows", input.block);
    Guard how = guard;
    Expression watched =
        how == null
            ? Expressions.call(method("keep"), DataContext.ROOT, rows)
            : width > 0
                ? Expressions.call(
                    method("slide"), DataContext.ROOT, Expressions.constant(width), rows)
                : Expressions.call(
                    method("watch"), DataContext.ROOT, Expressions.constant(how), rows);
    code.add(Expressions.return_(null, watched));
    return implementor.result(input.physType, code.toBlock());
  }

  private static Method method(String name) {
    return Arrays.stream(Guard.class.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
