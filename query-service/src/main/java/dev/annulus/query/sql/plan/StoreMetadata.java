package dev.annulus.query.sql.plan;

import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rex.RexNode;

/**
 * What Calcite derives of plans, asking again and again whether it may go on. Of set operations it
 * derives no predicates: to compare those of their inputs it would run expressions, sub-queries
 * among them, which it cannot. Comparisons with null, which it asserts not to meet and which any
 * rule can leave behind, are folded before it looks.
 */
final class StoreMetadata extends RelMetadataQuery {
  private final Runnable check;

  StoreMetadata(Runnable check) {
    this.check = check;
  }

  @Override
  public RelOptPredicateList getPulledUpPredicates(RelNode rel) {
    check.run();
    RelNode folded =
        rel instanceof Filter filter
            ? folded(filter)
            : rel instanceof Join join ? folded(join) : rel;
    return rel instanceof SetOp ? RelOptPredicateList.EMPTY : super.getPulledUpPredicates(folded);
  }

  private static RelNode folded(Filter filter) {
    RexNode condition = filter.getCondition();
    return !NoRows.holdsNull(condition)
        ? filter
        : filter.copy(filter.getTraitSet(), filter.getInput(), folded(filter, condition));
  }

  private static RelNode folded(Join join) {
    RexNode condition = join.getCondition();
    return !NoRows.holdsNull(condition)
        ? join
        : join.copy(
            join.getTraitSet(),
            folded(join, condition),
            join.getLeft(),
            join.getRight(),
            join.getJoinType(),
            join.isSemiJoinDone());
  }

  private static RexNode folded(RelNode rel, RexNode condition) {
    return NoRows.folded(rel.getCluster().getRexBuilder(), condition);
  }
}
