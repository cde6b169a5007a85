package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableList;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings sub-queries that refer to the rows around them into a shape that Calcite's decorrelator
 * treats rightly. Of two columns that equal one variable it forgets the first; it drops a grand
 * total of nothing, unless a constant stands beside it; keys of groups and the order of windows it
 * looks up where they were before, unless a projection keeps them there.
 */
final class DecorrelatorInput {
  private DecorrelatorInput() {}

  static RelNode of(RelNode rel) {
    return rel instanceof Correlate correlate
        ? sides(correlate, of(correlate.getLeft()))
        : Trees.mapInputs(rel, DecorrelatorInput::of);
  }

  private static RelNode sides(Correlate correlate, RelNode left) {
    return correlate.copy(
        correlate.getTraitSet(), List.of(left, inside(correlate.getRight(), true)));
  }

  /**
   * A part of a sub-query.
   *
   * @param onTop whether only projections are above: a missing row then reads as nulls
   */
  private static RelNode inside(RelNode rel, boolean onTop) {
    if (rel instanceof Correlate correlate) {
      return sides(correlate, inside(correlate.getLeft(), false));
    }
    boolean projects = onTop && rel instanceof Project;
    RelNode below = Trees.mapInputs(rel, input -> inside(input, projects));
    if (below instanceof Filter filter) {
      return filter.copy(filter.getTraitSet(), filter.getInput(), onePlace(filter));
    }
    if (below instanceof Project project && project.containsOver()) {
      return windows(project);
    }
    if (!(below instanceof Aggregate aggregate)) {
      return below;
    }
    RelNode groups =
        aggregate.copy(
            aggregate.getTraitSet(), List.of(withColumns(aggregate.getInput(), List.of())));
    boolean isKept = onTop || aggregate.getGroupSets().stream().noneMatch(ImmutableBitSet::isEmpty);
    return isKept ? groups : withoutColumn(withConstant(groups));
  }

  private static RelNode withConstant(RelNode rel) {
    return withColumns(rel, List.of(rel.getCluster().getRexBuilder().makeLiteral(true)));
  }

  private static RelNode withColumns(RelNode rel, List<RexNode> more) {
    List<RexNode> columns =
        new ArrayList<>(rel.getCluster().getRexBuilder().identityProjects(rel.getRowType()));
    columns.addAll(more);
    return Trees.project(rel, columns, null);
  }

  private static RelNode withoutColumn(RelNode rel) {
    List<RexNode> columns = rel.getCluster().getRexBuilder().identityProjects(rel.getRowType());
    return Trees.project(rel, columns.subList(0, columns.size() - 1), null);
  }

  /** {@code x = v AND y = v} as {@code x = v AND y = x}. */
  private static RexNode onePlace(Filter filter) {
    RexBuilder rex = filter.getCluster().getRexBuilder();
    Map<RexNode, RexNode> places = new HashMap<>();
    List<RexNode> conditions = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      RexNode variable = variable(condition);
      if (variable == null) {
        conditions.add(condition);
        continue;
      }
      RexCall equality = (RexCall) condition;
      RexNode left = equality.getOperands().get(0);
      RexNode column = left.equals(variable) ? equality.getOperands().get(1) : left;
      RexNode first = places.putIfAbsent(variable, column);
      conditions.add(
          first == null ? condition : rex.makeCall(equality.getOperator(), column, first));
    }
    return RexUtil.composeConjunction(rex, conditions);
  }

  /** The variable that a condition says a column to equal; null if it says something else. */
  private static @Nullable RexNode variable(RexNode condition) {
    if (!condition.isA(SqlKind.EQUALS) && !condition.isA(SqlKind.IS_NOT_DISTINCT_FROM)) {
      return null;
    }
    RexNode left = ((RexCall) condition).getOperands().get(0);
    RexNode right = ((RexCall) condition).getOperands().get(1);
    if (left instanceof RexInputRef && isVariable(right)) {
      return right;
    }
    return right instanceof RexInputRef && isVariable(left) ? left : null;
  }

  private static boolean isVariable(RexNode node) {
    return node instanceof RexFieldAccess access
        && access.getReferenceExpr() instanceof RexCorrelVariable;
  }

  /** Windows over columns, also where they are ordered by what holds variables. */
  private static RelNode windows(Project project) {
    RelNode input = project.getInput();
    RexBuilder rex = input.getCluster().getRexBuilder();
    int width = input.getRowType().getFieldCount();
    List<RexNode> more = new ArrayList<>();
    RexShuttle columns =
        new RexShuttle() {
          @Override
          public RexWindow visitWindow(RexWindow window) {
            List<RexFieldCollation> order = new ArrayList<>();
            for (RexFieldCollation key : window.orderKeys) {
              if (RexUtil.containsCorrelation(key.left)) {
                more.add(key.left);
                RexNode column = new RexInputRef(width + more.size() - 1, key.left.getType());
                order.add(new RexFieldCollation(column, key.right));
              } else {
                order.add(key);
              }
            }
            return rex.makeWindow(
                window.partitionKeys,
                ImmutableList.copyOf(order),
                window.getLowerBound(),
                window.getUpperBound(),
                window.isRows(),
                window.getExclude());
          }
        };
    List<RexNode> windows = columns.apply(project.getProjects());
    return Trees.project(withColumns(input, more), windows, project.getRowType().getFieldNames());
  }
}
