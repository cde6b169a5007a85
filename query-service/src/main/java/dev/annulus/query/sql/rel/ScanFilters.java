package dev.annulus.query.sql.rel;

import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexUtil;

/** Moves what a scan can check by itself out of the filters above scans. */
public final class ScanFilters {
  private ScanFilters() {}

  /** The same relation with bounds in its scans. */
  public static RelNode absorb(RelNode rel) {
    RelNode rewritten = Trees.mapInputs(rel, ScanFilters::absorb);
    if (rewritten instanceof Filter filter && filter.getInput() instanceof StoreScan scan) {
      BoundFinder found = BoundFinder.of(scan, filter.getCondition());
      if (found.bounds().isEmpty()) {
        return rewritten;
      }
      StoreScan bound = scan.withBounds(found.bounds());
      return found.remainder().isEmpty()
          ? bound
          : LogicalFilter.create(
              bound,
              RexUtil.composeConjunction(rel.getCluster().getRexBuilder(), found.remainder()));
    }
    return rewritten;
  }
}
