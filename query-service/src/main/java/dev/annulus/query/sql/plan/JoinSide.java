package dev.annulus.query.sql.plan;

import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.RelOptUtil.InputFinder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.mapping.Mapping;
import org.apache.calcite.util.mapping.MappingType;
import org.apache.calcite.util.mapping.Mappings;

/**
 * One side of a join.
 *
 * @param first index of its first column in the rows of the join
 */
record JoinSide(Join join, RelNode side, int first) {

  /** Whether a sub-query of the condition refers to no other side. */
  boolean holds(RexSubQuery query) {
    ImmutableBitSet used = InputFinder.bits(query.getOperands(), null);
    for (CorrelationId variable : join.getVariablesSet()) {
      used = used.union(RelOptUtil.correlationColumns(variable, query.rel));
    }
    return ImmutableBitSet.range(first, first + width()).contains(used);
  }

  /** Sub-queries of the condition, as they read over the rows of this side. */
  List<RexNode> moved(List<RexNode> queries) {
    return queries.stream().map(this::moved).toList();
  }

  private RexNode moved(RexNode query) {
    Mapping mapping =
        Mappings.create(MappingType.INVERSE_SURJECTION, join.getRowType().getFieldCount(), width());
    for (int i = 0; i < width(); i++) {
      mapping.set(first + i, i);
    }
    RexNode moved = RexUtil.shift(query, -first);
    for (CorrelationId variable : join.getVariablesSet()) {
      moved =
          moved.accept(
              new RelOptUtil.RexCorrelVariableMapShuttle(
                  variable, side.getRowType(), mapping, side.getCluster().getRexBuilder()));
    }
    return moved;
  }

  private int width() {
    return side.getRowType().getFieldCount();
  }
}
