package dev.annulus.query.sql.plan;

import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.metadata.RelMetadataQuery;

/**
 * What Calcite derives of plans, asking again and again whether it may go on. Of set operations it
 * derives no predicates: to compare those of their inputs it would run expressions, sub-queries
 * among them, which it cannot.
 */
final class StoreMetadata extends RelMetadataQuery {
  private final Runnable check;

  StoreMetadata(Runnable check) {
    this.check = check;
  }

  @Override
  public RelOptPredicateList getPulledUpPredicates(RelNode rel) {
    check.run();
    return rel instanceof SetOp ? RelOptPredicateList.EMPTY : super.getPulledUpPredicates(rel);
  }
}
