package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableSet;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Gives {@code (a, b) IN (SELECT …)} over columns that may be null the values of the standard: a
 * row without a match is unknown only if some row differs from it in no value that both have. To
 * Calcite it is unknown as soon as any value is null. And {@code NULL IN (SELECT …)} is unknown
 * only if there are rows; to Calcite it always is.
 */
final class RowMembership {
  private RowMembership() {}

  /** Sub-queries must stand in filters and projections only, and not in operands of others. */
  static RelNode expand(RelNode rel) {
    RelNode expanded = Trees.mapInputs(rel, RowMembership::expand).accept(new Nested());
    if (expanded instanceof Filter filter) {
      return expand(filter);
    }
    return expanded instanceof Project project ? expand(project) : expanded;
  }

  private static final class Nested extends RexShuttle {
    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      RelNode rel = expand(query.rel);
      return rel == query.rel ? query : query.clone(rel);
    }
  }

  private static RelNode expand(Filter filter) {
    RexBuilder rex = filter.getCluster().getRexBuilder();
    Expansion expansion = new Expansion(filter.getInput());
    List<RexNode> conditions = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      // Unknown and false are the same here.
      conditions.add(
          condition instanceof RexSubQuery query && query.isA(SqlKind.IN)
              ? query
              : condition.accept(expansion));
    }
    return !expansion.changed
        ? filter
        : LogicalFilter.create(
            filter.getInput(),
            RexUtil.composeConjunction(rex, conditions),
            ImmutableSet.copyOf(expansion.with(filter.getVariablesSet())));
  }

  private static RelNode expand(Project project) {
    Expansion expansion = new Expansion(project.getInput());
    List<RexNode> expressions = expansion.apply(project.getProjects());
    return !expansion.changed
        ? project
        : LogicalProject.create(
            project.getInput(),
            project.getHints(),
            expressions,
            project.getRowType().getFieldNames(),
            expansion.with(project.getVariablesSet()));
  }

  private static final class Expansion extends RexShuttle {
    private final RelNode input;
    private final RexBuilder rex;
    private final Set<CorrelationId> variables = new HashSet<>();
    private boolean changed;

    Expansion(RelNode input) {
      this.input = input;
      this.rex = input.getCluster().getRexBuilder();
    }

    Set<CorrelationId> with(Set<CorrelationId> others) {
      Set<CorrelationId> all = new HashSet<>(others);
      all.addAll(variables);
      return all;
    }

    /** Calcite asserts that no OR is in an OR. */
    @Override
    public RexNode visitCall(RexCall call) {
      RexNode changed = super.visitCall(call);
      return changed.isA(SqlKind.OR) ? RexUtil.flatten(rex, changed) : changed;
    }

    /** A match, or a row that may be one and is not known to be. */
    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      if (!query.isA(SqlKind.IN)) {
        return query;
      }
      RexNode unknown =
          rex.makeNullLiteral(rex.getTypeFactory().createSqlType(query.getType().getSqlTypeName()));
      if (query.getOperands().size() == 1
          && RexUtil.isNullLiteral(query.getOperands().get(0), true)) {
        changed = true;
        return rex.makeCall(SqlStdOperatorTable.AND, RexSubQuery.exists(query.rel), unknown);
      }
      if (query.getOperands().size() == 1 || !mayBeNull(query)) {
        return query;
      }
      changed = true;
      return rex.makeCall(
          SqlStdOperatorTable.OR,
          exists(query, false),
          rex.makeCall(SqlStdOperatorTable.AND, exists(query, true), unknown));
    }

    private static boolean mayBeNull(RexSubQuery query) {
      return query.getOperands().stream().anyMatch(operand -> operand.getType().isNullable())
          || query.rel.getRowType().getFieldList().stream()
              .anyMatch(field -> field.getType().isNullable());
    }

    private RexNode exists(RexSubQuery query, boolean unlessTheyDiffer) {
      CorrelationId variable = input.getCluster().createCorrel();
      variables.add(variable);
      RexNode row = rex.makeCorrel(input.getRowType(), variable);
      RexShuttle ofRow =
          new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef reference) {
              return rex.makeFieldAccess(row, reference.getIndex());
            }
          };
      List<RexNode> conditions = new ArrayList<>();
      for (int i = 0; i < query.getOperands().size(); i++) {
        RexNode own = query.getOperands().get(i).accept(ofRow);
        RexNode other = RexInputRef.of(i, query.rel.getRowType());
        List<RexNode> choices = new ArrayList<>();
        choices.add(rex.makeCall(SqlStdOperatorTable.EQUALS, own, other));
        for (RexNode value : List.of(own, other)) {
          if (unlessTheyDiffer && value.getType().isNullable()) {
            choices.add(rex.makeCall(SqlStdOperatorTable.IS_NULL, value));
          }
        }
        conditions.add(RexUtil.composeDisjunction(rex, choices));
      }
      return RexSubQuery.exists(
          LogicalFilter.create(query.rel, RexUtil.composeConjunction(rex, conditions)));
    }
  }
}
