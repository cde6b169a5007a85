package dev.annulus.query.sql.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.rules.FilterProjectTransposeRule;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Moves conditions below windows where they drop whole partitions: a condition on {@code metric_id}
 * outside of a query whose windows are {@code PARTITION BY metric_id}.
 */
final class PartitionFilters extends FilterProjectTransposeRule {
  static final PartitionFilters INSTANCE = new PartitionFilters();

  private PartitionFilters() {
    super(
        Config.DEFAULT
            .withOperandFor(Filter.class, filter -> true, Project.class, Project::containsOver)
            .withDescription("PartitionFilters")
            .as(Config.class));
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    Filter filter = call.rel(0);
    Project project = call.rel(1);
    List<RexNode> lowered = new ArrayList<>();
    List<RexNode> kept = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      boolean wholePartitions =
          RexUtil.isDeterministic(condition)
              && RelOptUtil.InputFinder.bits(condition).asList().stream()
                  .allMatch(column -> isPartition(project, column));
      (wholePartitions ? lowered : kept).add(condition);
    }
    if (lowered.isEmpty()) {
      return;
    }
    var rex = filter.getCluster().getRexBuilder();
    RexNode below = RelOptUtil.pushPastProject(RexUtil.composeConjunction(rex, lowered), project);
    Project windows =
        project.copy(
            project.getTraitSet(),
            LogicalFilter.create(project.getInput(), below),
            project.getProjects(),
            project.getRowType());
    call.transformTo(
        kept.isEmpty()
            ? windows
            : LogicalFilter.create(windows, RexUtil.composeConjunction(rex, kept)));
  }

  /** Whether every window keeps rows apart that differ in a column. */
  private static boolean isPartition(Project project, int column) {
    if (!(project.getProjects().get(column) instanceof RexInputRef reference)) {
      return false;
    }
    boolean[] apart = {true};
    for (RexNode expression : project.getProjects()) {
      expression.accept(
          new RexVisitorImpl<Void>(true) {
            @Override
            @SuppressWarnings("NullAway") // Void has no other value
            public Void visitOver(RexOver over) {
              apart[0] &= over.getWindow().partitionKeys.contains(reference);
              return null;
            }
          });
    }
    return apart[0];
  }
}
