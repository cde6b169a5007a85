package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.rel.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/**
 * Lets sub-queries of a query that groups refer to its keys. Where one refers to several, Calcite
 * takes only the first for a column of the groups; the others it leaves as columns of the rows that
 * are grouped, in another place. And what is never null in those rows is null in a total.
 */
final class GroupedVariables extends RexShuttle {
  private final @Nullable Keys keys;

  private GroupedVariables(@Nullable Keys keys) {
    this.keys = keys;
  }

  static RelNode apply(RelNode rel) {
    RelNode below = Trees.mapInputs(rel, GroupedVariables::apply);
    return below.accept(new GroupedVariables(keys(below)));
  }

  @Override
  public RexNode visitSubQuery(RexSubQuery query) {
    RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
    RelNode rel = apply(changed.rel);
    if (keys != null) {
      rel = rel.accept(new Everywhere(keys));
    }
    return rel == changed.rel ? changed : changed.clone(rel);
  }

  /** What sub-queries of a node mean by its variables; null if it has none, or no groups. */
  private static @Nullable Keys keys(RelNode rel) {
    if (rel.getVariablesSet().isEmpty() || rel.getInputs().size() != 1) {
      return null;
    }
    RelNode groups = rel.getInput(0);
    while (groups instanceof Filter filter) {
      groups = filter.getInput();
    }
    if (!(groups instanceof Aggregate aggregate)
        || !(aggregate.getInput() instanceof Project project)) {
      return null;
    }
    Map<Integer, Integer> places = new HashMap<>();
    int place = 0;
    for (int key : aggregate.getGroupSet()) {
      if (project.getProjects().get(key) instanceof RexInputRef column) {
        places.putIfAbsent(column.getIndex(), place);
      }
      place++;
    }
    return new Keys(
        rel.getCluster().getRexBuilder(), rel.getVariablesSet(), groups.getRowType(), places);
  }

  /**
   * The columns of groups that columns of the grouped rows became.
   *
   * @param places of keys, by the column that they were
   */
  private record Keys(
      RexBuilder rex,
      Set<CorrelationId> variables,
      RelDataType groups,
      Map<Integer, Integer> places) {
    RexNode key(RexFieldAccess access) {
      if (!(access.getReferenceExpr() instanceof RexCorrelVariable variable)
          || !variables.contains(variable.id)) {
        return access;
      }
      int column = access.getField().getIndex();
      Integer place = variable.getType().equals(groups) ? (Integer) column : places.get(column);
      if (place == null) {
        return access;
      }
      RelDataType type = groups.getFieldList().get(place).getType();
      return place == column && type.equals(access.getType())
          ? access
          : rex.makeFieldAccess(rex.makeCorrel(groups, variable.id), place);
    }
  }

  /** The same in a sub-query and all within, whose types follow. */
  private static final class Everywhere extends RelHomogeneousShuttle {
    private final Keys keys;

    Everywhere(Keys keys) {
      this.keys = keys;
    }

    @Override
    public RelNode visit(RelNode rel) {
      RelNode below = super.visit(rel);
      if (below instanceof Project project) {
        return project(project);
      }
      return below instanceof Aggregate aggregate && below != rel
          ? aggregate(aggregate)
          : below.accept(expressions(below));
    }

    private RelNode project(Project project) {
      List<RexNode> before = project.getProjects();
      List<RexNode> columns = expressions(project).apply(before);
      return columns.equals(before)
          ? project
          : LogicalProject.create(
              project.getInput(),
              project.getHints(),
              columns,
              project.getRowType().getFieldNames(),
              project.getVariablesSet());
    }

    private static RelNode aggregate(Aggregate aggregate) {
      RelNode input = aggregate.getInput();
      List<AggregateCall> calls =
          aggregate.getAggCallList().stream()
              .map(
                  call ->
                      AggregateCall.create(
                          call.getParserPosition(),
                          call.getAggregation(),
                          call.isDistinct(),
                          call.isApproximate(),
                          call.ignoreNulls(),
                          call.rexList,
                          call.getArgList(),
                          call.filterArg,
                          call.distinctKeys,
                          call.collation,
                          aggregate.hasEmptyGroup(),
                          input,
                          null,
                          call.name))
              .toList();
      return LogicalAggregate.create(
          input, aggregate.getHints(), aggregate.getGroupSet(), aggregate.getGroupSets(), calls);
    }

    private boolean mayBeNull(RexCall call) {
      if (call.getOperands().stream().noneMatch(operand -> operand.getType().isNullable())) {
        return false;
      }
      return call.isA(SqlKind.CAST)
          || keys.rex.deriveReturnType(call.getOperator(), call.getOperands()).isNullable();
    }

    private RexShuttle expressions(RelNode rel) {
      RelDataTypeFactory types = rel.getCluster().getTypeFactory();
      List<RelDataType> columns =
          rel.getInputs().stream()
              .flatMap(input -> input.getRowType().getFieldList().stream())
              .map(field -> field.getType())
              .toList();
      return new RexShuttle() {
        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
          return keys.key(access);
        }

        @Override
        public RexNode visitInputRef(RexInputRef reference) {
          return columns.get(reference.getIndex()).equals(reference.getType())
              ? reference
              : new RexInputRef(reference.getIndex(), columns.get(reference.getIndex()));
        }

        @Override
        public RexNode visitCall(RexCall call) {
          RexCall changed = (RexCall) super.visitCall(call);
          return !call.getType().isNullable() && mayBeNull(changed)
              ? changed.clone(
                  types.createTypeWithNullability(call.getType(), true), changed.getOperands())
              : changed;
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
          RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
          RelNode inner = changed.rel.accept(new Everywhere(keys));
          return inner == changed.rel ? changed : changed.clone(inner);
        }
      };
    }
  }
}
