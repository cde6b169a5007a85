package dev.annulus.query.sql.plan;

import java.util.List;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.rules.FilterProjectTransposeRule;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Moves conditions below projections unless they would grow much: {@code x + x} of {@code x + x} of
 * … doubles with each step.
 */
final class LightFilterTranspose extends FilterProjectTransposeRule {
  static final LightFilterTranspose INSTANCE = new LightFilterTranspose();

  private static final int LARGEST = 300;

  private LightFilterTranspose() {
    super(Config.DEFAULT);
  }

  @Override
  public boolean matches(RelOptRuleCall call) {
    Filter filter = call.rel(0);
    Project project = call.rel(1);
    return super.matches(call) && isLight(filter.getCondition(), project);
  }

  static boolean isLight(RexNode condition, Project project) {
    return grown(condition, project.getProjects()) <= LARGEST;
  }

  /** How many nodes a condition has once columns are replaced by what they are. */
  private static int grown(RexNode condition, List<RexNode> columns) {
    int[] nodes = {condition.nodeCount()};
    condition.accept(
        new RexVisitorImpl<Void>(true) {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visitInputRef(RexInputRef reference) {
            nodes[0] = Math.min(LARGEST, nodes[0]) + columns.get(reference.getIndex()).nodeCount();
            return null;
          }
        });
    return nodes[0];
  }
}
