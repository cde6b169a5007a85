package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil.InputFinder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/** Replaces {@code (SELECT x)}, which reads no rows, by {@code x}. */
final class RowlessQueries extends RexShuttle {
  private RowlessQueries() {}

  static RelNode inline(RelNode rel) {
    RelNode inlined = Trees.mapInputs(rel, RowlessQueries::inline).accept(new RowlessQueries());
    return inlined == rel ? rel : inlined.accept(new OwnColumns(inlined));
  }

  /** What a sub-query calls a column of an outer query may now be one of the input. */
  private static final class OwnColumns extends RexShuttle {
    private final Set<CorrelationId> variables;
    private final RexBuilder rex;

    OwnColumns(RelNode rel) {
      this.variables = rel.getVariablesSet();
      this.rex = rel.getCluster().getRexBuilder();
    }

    @Override
    public RexNode visitFieldAccess(RexFieldAccess access) {
      return access.getReferenceExpr() instanceof RexCorrelVariable variable
              && variables.contains(variable.id)
          ? rex.makeInputRef(access.getType(), access.getField().getIndex())
          : access;
    }
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
    RelNode rel = inline(changed.rel);
    if (query.isA(SqlKind.SCALAR_QUERY)
        && rel instanceof Project project
        && project.getInput() instanceof Values values
        && values.getTuples().size() == 1) {
      RexNode value = project.getProjects().get(0);
      if (InputFinder.bits(value).isEmpty()) {
        return project.getCluster().getRexBuilder().makeCast(query.getType(), value, true, false);
      }
    }
    return rel == changed.rel ? changed : changed.clone(rel);
  }
}
