package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.rules.FilterProjectTransposeRule;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;

/**
 * Moves those conditions of a filter below a projection that refer to no rows around the sub-query,
 * where others do. Calcite's rule leaves all of them, so that a scan would miss its bound.
 */
final class FilterPartTranspose extends FilterProjectTransposeRule {
  static final FilterPartTranspose INSTANCE = new FilterPartTranspose();

  private FilterPartTranspose() {
    super(Config.DEFAULT.withOperandFor(Filter.class, filter -> true, Project.class, p -> true));
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    Filter filter = call.rel(0);
    Project project = call.rel(1);
    List<RexNode> moved = new ArrayList<>();
    List<RexNode> kept = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      boolean stays =
          RexUtil.containsCorrelation(condition)
              || RexUtil.SubQueryFinder.find(condition) != null
              || !LightFilterTranspose.isLight(condition, project);
      (stays ? kept : moved).add(condition);
    }
    if (moved.isEmpty() || kept.isEmpty() || project.containsOver()) {
      return;
    }
    RexBuilder rex = filter.getCluster().getRexBuilder();
    RelNode below =
        LogicalFilter.create(
            project.getInput(),
            RelOptUtil.pushPastProject(RexUtil.composeConjunction(rex, moved), project));
    call.transformTo(
        LogicalFilter.create(
            project.copy(project.getTraitSet(), List.of(below)),
            RexUtil.composeConjunction(rex, kept),
            ImmutableSet.copyOf(filter.getVariablesSet())));
  }
}
