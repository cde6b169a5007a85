package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.List;
import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;

/**
 * Copies conditions to the other side of joins, as far as they follow there. Each join is looked at
 * once: Calcite's rule looks again after every copy, finds more to infer from what it has copied,
 * and with some conditions never comes to an end.
 */
final class SharedConditions {
  private SharedConditions() {}

  static RelNode share(RelNode rel, Runnable check) {
    check.run();
    RelNode shared = Trees.mapInputs(rel, input -> share(input, check));
    if (!(shared instanceof Join join)) {
      return shared;
    }
    RelOptPredicateList known = join.getCluster().getMetadataQuery().getPulledUpPredicates(join);
    RelNode left = filtered(join.getLeft(), known.leftInferredPredicates);
    RelNode right = filtered(join.getRight(), known.rightInferredPredicates);
    return left == join.getLeft() && right == join.getRight()
        ? join
        : join.copy(join.getTraitSet(), List.of(left, right));
  }

  private static RelNode filtered(RelNode rel, List<RexNode> conditions) {
    if (conditions.isEmpty()) {
      return rel;
    }
    RexBuilder rex = rel.getCluster().getRexBuilder();
    List<RexNode> fresh =
        RexUtil.fixUp(rex, conditions, RelOptUtil.getFieldTypeList(rel.getRowType()));
    return LogicalFilter.create(rel, RexUtil.composeConjunction(rex, fresh));
  }
}
