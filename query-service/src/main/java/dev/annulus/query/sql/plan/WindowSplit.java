package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.rules.ProjectToWindowRule.ProjectToLogicalProjectAndWindowRule;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowBounds;

/**
 * Splits windows from projections as Calcite does, but first makes {@code 3 PRECEDING} of a RANGE
 * frame {@code CURRENT ROW} where the key is the literal NULL: all rows are equal then, and none is
 * a distance away. Calcite drops literal keys, and what is left does not tell NULL from a number.
 */
final class WindowSplit extends ProjectToLogicalProjectAndWindowRule {
  static final WindowSplit INSTANCE = new WindowSplit();

  private WindowSplit() {
    super(ProjectToLogicalProjectAndWindowRuleConfig.DEFAULT);
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    Project project = call.rel(0);
    RexBuilder rex = project.getCluster().getRexBuilder();
    List<RexNode> columns =
        new RexShuttle() {
          @Override
          public RexWindow visitWindow(RexWindow window) {
            RexWindow changed = super.visitWindow(window);
            return isDistanceOfNull(changed)
                ? rex.makeWindow(
                    changed.partitionKeys,
                    changed.orderKeys,
                    near(changed.getLowerBound()),
                    near(changed.getUpperBound()),
                    false,
                    changed.getExclude())
                : changed;
          }
        }.apply(project.getProjects());
    if (columns.equals(project.getProjects())) {
      super.onMatch(call);
    } else {
      call.transformTo(
          Trees.project(project.getInput(), columns, project.getRowType().getFieldNames()));
    }
  }

  private static boolean isDistanceOfNull(RexWindow window) {
    return !window.isRows()
        && window.orderKeys.size() == 1
        && RexLiteral.isNullLiteral(window.orderKeys.get(0).left)
        && (hasDistance(window.getLowerBound()) || hasDistance(window.getUpperBound()));
  }

  private static boolean hasDistance(RexWindowBound bound) {
    return bound.getOffset() != null;
  }

  private static RexWindowBound near(RexWindowBound bound) {
    return hasDistance(bound) ? RexWindowBounds.CURRENT_ROW : bound;
  }
}
