package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.ListMembership;
import dev.annulus.query.sql.rel.RunConstants;
import dev.annulus.query.sql.rel.ScanBound;
import dev.annulus.query.sql.rel.StoreScan;
import dev.annulus.query.sql.rel.Trees;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code metric_id = 1 OR metric_id IN (SELECT …)} into one membership in the union of both,
 * which is a bound of the scan. The two are the same for nulls, too.
 */
final class Alternatives extends RexShuttle {
  private final @Nullable RelNode input;

  private Alternatives(@Nullable RelNode input) {
    this.input = input;
  }

  static RelNode join(RelNode rel) {
    RelNode joined = Trees.mapInputs(rel, Alternatives::join);
    return joined.accept(new Alternatives(joined instanceof Filter ? joined.getInput(0) : null));
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
    RelNode rel = join(changed.rel);
    return rel == changed.rel ? changed : changed.clone(rel);
  }

  @Override
  public RexNode visitCall(RexCall call) {
    RexNode changed = super.visitCall(call);
    RexNode union = changed.isA(SqlKind.OR) ? union(RelOptUtil.disjunctions(changed)) : null;
    return union == null ? changed : union;
  }

  private @Nullable RexNode union(List<RexNode> choices) {
    RexSubQuery first = null;
    for (RexNode choice : choices) {
      if (first == null && isMembership(choice)) {
        first = (RexSubQuery) choice;
      }
    }
    if (first == null || choices.size() < 2) {
      return null;
    }
    List<RelNode> inputs = new ArrayList<>();
    for (RexNode choice : choices) {
      RelNode values = values(choice, first);
      if (values == null) {
        return null;
      }
      inputs.add(values);
    }
    return first.clone(LogicalUnion.create(inputs, true));
  }

  private static boolean isMembership(RexNode node) {
    return node instanceof RexSubQuery query
        && query.isA(SqlKind.IN)
        && query.getOperands().size() == 1;
  }

  /** What a column has to be one of for a condition to hold; null if it says something else. */
  private @Nullable RelNode values(RexNode choice, RexSubQuery like) {
    RexNode column = like.getOperands().get(0);
    if (isMembership(choice)) {
      RexSubQuery query = (RexSubQuery) choice;
      return query.getOperands().get(0).equals(column) && hasRowsOf(query.rel, like.rel)
          ? query.rel
          : null;
    }
    if (!(choice instanceof RexCall call) || call.getOperands().size() != 2) {
      return null;
    }
    RexNode left = call.getOperands().get(0);
    RexNode right = call.getOperands().get(1);
    if (call.getOperator() instanceof ListMembership) {
      return left.equals(column) ? listed(left, right, like) : null;
    }
    if (!call.isA(SqlKind.EQUALS)) {
      return null;
    }
    return left.equals(column)
        ? value(right, like)
        : right.equals(column) ? value(left, like) : null;
  }

  private static boolean hasRowsOf(RelNode rel, RelNode other) {
    return rel.getRowType().getFieldList().get(0).getType().getSqlTypeName()
        == other.getRowType().getFieldList().get(0).getType().getSqlTypeName();
  }

  private static @Nullable RelNode value(RexNode value, RexSubQuery like) {
    RelOptCluster cluster = like.rel.getCluster();
    RelNode row =
        LogicalProject.create(
            LogicalValues.createOneRow(cluster),
            List.of(),
            List.of(value),
            like.rel.getRowType().getFieldNames(),
            java.util.Set.of());
    return RunConstants.isConstant(value) && hasRowsOf(row, like.rel) ? row : null;
  }

  /** The ids of a list, which only a column of ids can be compared with. */
  private @Nullable RelNode listed(RexNode column, RexNode list, RexSubQuery like) {
    if (!(column instanceof RexInputRef reference)
        || input == null
        || !isMetricId(input, reference.getIndex())) {
      return null;
    }
    RelNode ids =
        StoreScan.of(like.rel.getCluster(), StoreTable.METRIC_IDS, false)
            .withBounds(List.of(new ScanBound(StoreTable.METRIC_ID, Operator.IN, List.of(list))));
    return hasRowsOf(ids, like.rel) ? ids : null;
  }

  private static boolean isMetricId(RelNode rel, int column) {
    if (rel instanceof StoreScan scan) {
      return scan.columns().get(column) == StoreTable.METRIC_ID;
    }
    if (rel instanceof Join join) {
      int left = join.getLeft().getRowType().getFieldCount();
      return column < left
          ? isMetricId(join.getLeft(), column)
          : isMetricId(join.getRight(), column - left);
    }
    if (rel instanceof Project project) {
      return project.getProjects().get(column) instanceof RexInputRef reference
          && isMetricId(project.getInput(), reference.getIndex());
    }
    return rel instanceof Filter filter && isMetricId(filter.getInput(), column);
  }
}
