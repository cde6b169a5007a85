package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.rel.FunctionScan;
import dev.annulus.query.sql.rel.GroupScan;
import dev.annulus.query.sql.rel.SortRel;
import dev.annulus.query.sql.rel.StoreScan;
import dev.annulus.query.sql.rel.WatchedRows;
import dev.annulus.query.sql.rel.WindowRel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableLimit;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterRule;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.rules.JoinCommuteRule;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.rex.RexUtil.FixNullabilityShuttle;
import org.apache.calcite.tools.RelBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Replaces every logical operator with the one that computes it, and puts guards where rows pile up
 * or multiply. There is one operator for each kind of node: nothing to search for.
 */
final class Physical {
  private static final long FEW_ROWS = 10_000;

  private final Runnable check;

  Physical(Runnable check) {
    this.check = check;
  }

  EnumerableRel convert(RelNode rel) {
    check.run();
    if (rel instanceof Project project) {
      return calc(project);
    }
    if (rel instanceof Filter filter) {
      return calc(filter, filter.getCondition(), null);
    }
    if (rel instanceof Join join && join.getJoinType() == JoinRelType.RIGHT && !isHashed(join)) {
      return convert(turned(join));
    }
    List<RelNode> inputs = new ArrayList<>(rel.getInputs().size());
    for (RelNode input : rel.getInputs()) {
      inputs.add(convert(input));
    }
    return (EnumerableRel) operator(rel, inputs);
  }

  private RelNode operator(RelNode rel, List<RelNode> inputs) {
    if (rel instanceof StoreScan scan) {
      return scan.copy(scan.getTraitSet().replace(EnumerableConvention.INSTANCE), inputs);
    }
    if (rel instanceof GroupScan) {
      return rel.copy(rel.getTraitSet(), inputs);
    }
    if (rel instanceof Sort sort) {
      return sort(sort, inputs.get(0));
    }
    if (rel instanceof Join join) {
      return join(join, inputs.get(0), inputs.get(1));
    }
    if (rel instanceof Aggregate aggregate) {
      return Groups.counted(aggregate, inputs.get(0));
    }
    if (rel instanceof TableFunctionScan scan) {
      return function(scan);
    }
    if (rel instanceof Window window) {
      return WindowRel.of(window, WatchedRows.windowed(inputs.get(0), window.getRowType()));
    }
    if (rel instanceof Union union) {
      return by(EnumerableRules.ENUMERABLE_UNION_RULE, rel, union.all ? inputs : held(inputs));
    }
    if (rel instanceof Intersect) {
      return by(EnumerableRules.ENUMERABLE_INTERSECT_RULE, rel, held(inputs));
    }
    if (rel instanceof Minus) {
      return by(EnumerableRules.ENUMERABLE_MINUS_RULE, rel, held(inputs));
    }
    if (rel instanceof Values) {
      return by(EnumerableRules.ENUMERABLE_VALUES_RULE, rel, inputs);
    }
    if (rel instanceof Correlate) {
      return WatchedRows.joined(by(EnumerableRules.ENUMERABLE_CORRELATE_RULE, rel, inputs));
    }
    throw unsupported();
  }

  private static RelNode function(TableFunctionScan scan) {
    RelNode rows = FunctionScan.of(scan);
    if (rows == null) {
      String name = ((RexCall) scan.getCall()).getOperator().getName();
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED, "the arguments of " + name + " must not depend on a row");
    }
    return rows;
  }

  private EnumerableRel calc(Project project) {
    return project.getInput() instanceof Filter filter
        ? calc(filter, filter.getCondition(), project)
        : calc(project, null, project);
  }

  /** A filter, a projection or both, reading what {@code below} reads. */
  private EnumerableRel calc(
      RelNode below, @Nullable RexNode condition, @Nullable Project project) {
    RelNode input = below.getInput(0);
    RelDataType row = input.getRowType();
    RexBuilder rex = below.getCluster().getRexBuilder();
    FixNullabilityShuttle fresh = new FixNullabilityShuttle(rex, RelOptUtil.getFieldTypeList(row));
    List<RexNode> columns =
        project == null ? rex.identityProjects(row) : fresh.apply(project.getProjects());
    RexProgram program =
        RexProgram.create(
            row,
            columns,
            condition == null ? null : condition.accept(fresh),
            project == null ? row : project.getRowType(),
            rex);
    return EnumerableCalc.create(convert(input), program.normalize(rex, null));
  }

  private static RelNode sort(Sort sort, RelNode input) {
    boolean cut = sort.fetch != null || sort.offset != null;
    if (sort.getCollation().getFieldCollations().isEmpty()) {
      return EnumerableLimit.create(input, sort.offset, sort.fetch);
    }
    if (sort.fetch != null) {
      long kept = count(sort.fetch) + count(sort.offset);
      return SortRel.some(
          kept > FEW_ROWS ? WatchedRows.held(input) : WatchedRows.top(input, kept),
          sort.getCollation(),
          sort.offset,
          sort.fetch);
    }
    RelNode sorted = SortRel.all(WatchedRows.held(input), sort.getCollation());
    return cut ? EnumerableLimit.create(sorted, sort.offset, null) : sorted;
  }

  private static long count(@Nullable RexNode rows) {
    return rows == null
        ? 0
        : rows instanceof RexLiteral literal && literal.getValue() instanceof Number number
            ? Math.min(Integer.MAX_VALUE, number.longValue())
            : Integer.MAX_VALUE;
  }

  private static RelNode join(Join join, RelNode left, RelNode right) {
    boolean hashed = isHashed(join);
    if (!hashed && join.getJoinType() == JoinRelType.FULL) {
      // The operator would collect every pair of rows in memory.
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED, "a full join needs an equality between columns of both sides");
    }
    RelNode inner = hashed ? WatchedRows.held(right) : WatchedRows.kept(right);
    RelNode joined =
        by(EnumerableRules.ENUMERABLE_JOIN_RULE, join, List.of(WatchedRows.passed(left), inner));
    return WatchedRows.joined(joined);
  }

  private static boolean isHashed(Join join) {
    return !join.analyzeCondition().leftKeys.isEmpty();
  }

  /** A right join as a left one, which a nested loop computes without keeping its result. */
  private static RelNode turned(Join join) {
    RelBuilder builder = RelFactories.LOGICAL_BUILDER.create(join.getCluster(), null);
    return Objects.requireNonNull(JoinCommuteRule.swap(join, true, builder));
  }

  private static List<RelNode> held(List<RelNode> inputs) {
    return inputs.stream().map(input -> (RelNode) WatchedRows.held(input)).toList();
  }

  static RelNode by(RelOptRule rule, RelNode rel, List<RelNode> inputs) {
    RelNode converted = ((ConverterRule) rule).convert(rel.copy(rel.getTraitSet(), inputs));
    if (converted == null) {
      throw unsupported();
    }
    return converted;
  }

  private static SqlException unsupported() {
    return new SqlException(
        SqlErrorCode.UNSUPPORTED, "the query uses a clause that is not supported");
  }
}
