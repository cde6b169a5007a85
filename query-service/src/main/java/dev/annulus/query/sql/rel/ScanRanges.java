package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.run.StoreTable;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;

/**
 * Gives scans of samples that nothing else bounds the ids that pass a condition on them, such as
 * {@code metric_id BETWEEN 1 AND 9}: the ids of all metrics are read first, and the condition
 * decides.
 */
public final class ScanRanges {
  private ScanRanges() {}

  /** The same relation with sources in its scans. */
  public static RelNode bind(RelNode rel) {
    RelNode rewritten = Trees.mapInputs(rel, ScanRanges::bind);
    return rewritten instanceof Filter filter
            && filter.getInput() instanceof StoreScan scan
            && scan.table() == StoreTable.SAMPLES
            && scan.source() == null
            && !scan.isSelective()
        ? bound(filter, scan)
        : rewritten;
  }

  private static RelNode bound(Filter filter, StoreScan scan) {
    List<RexNode> conditions =
        RelOptUtil.conjunctions(filter.getCondition()).stream()
            .filter(condition -> isOnIds(condition, scan))
            .toList();
    if (conditions.isEmpty()) {
      return filter;
    }
    StoreScan ids =
        StoreScan.of(scan.getCluster(), StoreTable.METRICS, scan.isRequestBound())
            .withColumns(List.of(StoreTable.METRIC_ID));
    var rex = scan.getCluster().getRexBuilder();
    RexNode condition =
        RexUtil.composeConjunction(rex, conditions)
            .accept(
                new RexShuttle() {
                  @Override
                  public RexNode visitInputRef(RexInputRef reference) {
                    return rex.makeInputRef(ids, 0);
                  }
                });
    return filter.copy(
        filter.getTraitSet(),
        scan.withSource(LogicalFilter.create(ids, condition)),
        filter.getCondition());
  }

  /** Whether a condition picks ids by nothing but themselves; all but one are no choice. */
  private static boolean isOnIds(RexNode condition, StoreScan scan) {
    boolean picks =
        condition instanceof RexCall call
            && (call.isA(SqlKind.BINARY_COMPARISON) || call.isA(List.of(SqlKind.OR, SqlKind.AND)))
            && !call.isA(SqlKind.NOT_EQUALS);
    var columns = RelOptUtil.InputFinder.bits(condition).asList();
    return picks
        && !columns.isEmpty()
        && columns.stream().allMatch(c -> scan.columns().get(c) == StoreTable.METRIC_ID)
        && RexUtil.isDeterministic(condition)
        && !RexUtil.containsCorrelation(condition);
  }
}
