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

  private WatchedRows(RelTraitSet traits, RelNode input, @Nullable Guard guard) {
    super(input.getCluster(), traits, input);
    this.guard = guard;
  }

  /** The rows of an operator, counted. */
  public static WatchedRows of(RelNode input, Guard guard) {
    return new WatchedRows(input.getTraitSet(), input, guard);
  }

  /** The rows of an operator, read once however often they are asked for. */
  public static WatchedRows kept(RelNode input) {
    return new WatchedRows(input.getTraitSet(), input, null);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new WatchedRows(traits.replace(EnumerableConvention.INSTANCE), inputs.get(0), guard);
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
            : Expressions.call(method("watch"), DataContext.ROOT, Expressions.constant(how), rows);
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
