package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.Guard;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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

/**
 * Groups with a grand total, which is there even if there are no groups. Plans are shown without
 * it.
 */
public final class TotalRow extends SingleRel implements EnumerableRel {
  private static final Method OR_TOTAL =
      Arrays.stream(Guard.class.getMethods())
          .filter(method -> method.getName().equals("orTotal"))
          .findFirst()
          .orElseThrow();

  /** Of several columns; unmodifiable, with nulls. */
  private final List<@Nullable Object> total;

  private TotalRow(RelTraitSet traits, RelNode groups, List<@Nullable Object> total) {
    super(groups.getCluster(), traits, groups);
    this.total = total;
  }

  /** Groups, or a row if there are none. */
  public static TotalRow of(RelNode groups, @Nullable Object[] total) {
    return new TotalRow(
        groups.getTraitSet(), groups, Collections.unmodifiableList(Arrays.asList(total.clone())));
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new TotalRow(traits, inputs.get(0), total);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("total", total);
  }

  @Override
  public void explain(RelWriter writer) {
    getInput().explain(writer);
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    Result groups = implementor.visitChild(this, 0, (EnumerableRel) getInput(), Prefer.ARRAY);
    BlockBuilder code = new BlockBuilder();
    Expression rows = code.append("groups", groups.block);
    code.add(
        Expressions.return_(
            null, Expressions.call(OR_TOTAL, rows, implementor.stash(total, List.class))));
    return implementor.result(groups.physType, code.toBlock());
  }
}
