package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.rex.RexUtil;

/**
 * Casts columns of projections that can be null only by their row type. Calcite leaves such where
 * it splits grouping sets, only some of which have a total that is null of nothing, and then
 * refuses its own next step.
 */
final class ColumnNulls {
  private ColumnNulls() {}

  static RelNode refreshed(RelNode rel) {
    RelNode below = Trees.mapInputs(rel, ColumnNulls::refreshed);
    return below instanceof Project project ? refreshed(project) : below;
  }

  private static RelNode refreshed(Project project) {
    RelNode input = project.getInput();
    RexBuilder rex = project.getCluster().getRexBuilder();
    RexUtil.FixNullabilityShuttle fresh =
        new RexUtil.FixNullabilityShuttle(rex, RelOptUtil.getFieldTypeList(input.getRowType()));
    List<RexNode> before = project.containsOver() ? normal(project) : project.getProjects();
    List<RexNode> columns = new ArrayList<>();
    boolean changed = before != project.getProjects();
    for (int i = 0; i < before.size(); i++) {
      RexNode column = before.get(i);
      RelDataType type = project.getRowType().getFieldList().get(i).getType();
      RexNode refreshed = column.accept(fresh);
      boolean same = refreshed.getType().equals(type);
      columns.add(same ? refreshed : rex.makeAbstractCast(type, refreshed, false));
      changed |= !same;
    }
    return changed
        ? project.copy(project.getTraitSet(), input, columns, project.getRowType())
        : project;
  }

  /** Columns of windows as Calcite's rule for windows asserts them to be: simplified once. */
  private static List<RexNode> normal(Project project) {
    RexProgram program =
        RexProgram.create(
                project.getInput().getRowType(),
                project.getProjects(),
                null,
                project.getRowType(),
                project.getCluster().getRexBuilder())
            .normalize(project.getCluster().getRexBuilder(), null);
    return program.getProjectList().stream().map(program::expandLocalRef).toList();
  }
}
