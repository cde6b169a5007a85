package dev.annulus.query.sql.plan;

import com.google.common.collect.ImmutableSet;
import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitor;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Moves sub-queries to where Calcite's rules can replace them: out of windows, operands of other
 * sub-queries and boolean {@code CASE}s into a projection below, out of the condition of a join
 * into a filter above, or, if it is an outer join, into a projection of the side that they refer
 * to.
 */
final class SubQueryLift {
  private SubQueryLift() {}

  static RelNode lift(RelNode rel) {
    RelNode lifted = Trees.mapInputs(rel, SubQueryLift::lift).accept(new Nested());
    if (lifted instanceof Project project && hasSubQuery(inWindows(project))) {
      return project(project);
    }
    if (lifted instanceof Project project) {
      return operands(project);
    }
    if (lifted instanceof Filter filter) {
      return operands(filter);
    }
    return lifted instanceof Join join && hasSubQuery(List.of(join.getCondition()))
        ? join(join)
        : lifted;
  }

  /** Does the same inside of sub-queries. */
  private static final class Nested extends RexShuttle {
    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      RexSubQuery changed = (RexSubQuery) super.visitSubQuery(query);
      RelNode rel = lift(changed.rel);
      return rel == changed.rel ? changed : changed.clone(rel);
    }
  }

  private static boolean hasSubQuery(List<RexNode> nodes) {
    return RexUtil.SubQueryFinder.find(nodes) != null;
  }

  /** What the windows of a projection compute with. */
  private static List<RexNode> inWindows(Project project) {
    List<RexNode> nodes = new ArrayList<>();
    for (RexNode expression : project.getProjects()) {
      expression.accept(
          new RexVisitorImpl<Void>(true) {
            @Override
            @SuppressWarnings("NullAway") // Void has no other value
            public Void visitOver(RexOver over) {
              nodes.addAll(over.getOperands());
              nodes.addAll(over.getWindow().partitionKeys);
              over.getWindow().orderKeys.forEach(key -> nodes.add(key.left));
              return null;
            }
          });
    }
    return nodes;
  }

  private static RelNode project(Project project) {
    RelNode input = project.getInput();
    int width = input.getRowType().getFieldCount();
    List<RexNode> queries = new ArrayList<>();
    RexShuttle references =
        new RexShuttle() {
          @Override
          public RexNode visitSubQuery(RexSubQuery query) {
            if (!queries.contains(query)) {
              queries.add(query);
            }
            return new RexInputRef(width + queries.indexOf(query), query.getType());
          }
        };
    List<RexNode> expressions = references.apply(project.getProjects());
    return LogicalProject.create(
        withColumns(input, queries, project.getVariablesSet()),
        List.of(),
        expressions,
        project.getRowType().getFieldNames(),
        Set.of());
  }

  /** Sub-queries that are operands of others become columns below: {@code (SELECT …) IN (…)}. */
  private static RelNode operands(Project project) {
    Set<RexSubQuery> inner = operands(project.getProjects());
    if (inner.isEmpty()) {
      return project;
    }
    RelNode input = project.getInput();
    Columns columns = new Columns(input, inner);
    return LogicalProject.create(
        withColumns(input, List.copyOf(inner), project.getVariablesSet()),
        List.of(),
        columns.apply(project.getProjects()),
        project.getRowType().getFieldNames(),
        project.getVariablesSet());
  }

  private static RelNode operands(Filter filter) {
    Set<RexSubQuery> inner = operands(List.of(filter.getCondition()));
    if (inner.isEmpty()) {
      return filter;
    }
    RelNode input = filter.getInput();
    RelNode filtered =
        LogicalFilter.create(
            withColumns(input, List.copyOf(inner), filter.getVariablesSet()),
            filter.getCondition().accept(new Columns(input, inner)),
            ImmutableSet.copyOf(filter.getVariablesSet()));
    List<RexNode> fields = filter.getCluster().getRexBuilder().identityProjects(input.getRowType());
    return LogicalProject.create(
        filtered, List.of(), fields, input.getRowType().getFieldNames(), Set.of());
  }

  /**
   * Sub-queries that are operands of others, and those in a {@code CASE} of booleans: Calcite would
   * simplify it together with what takes the place of {@code IN}, and take unknown for false there.
   */
  private static Set<RexSubQuery> operands(List<RexNode> expressions) {
    Set<RexSubQuery> found = new LinkedHashSet<>();
    RexVisitor<Void> finder =
        new RexVisitorImpl<>(true) {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visitSubQuery(RexSubQuery query) {
            query.getOperands().forEach(operand -> found.addAll(queries(operand)));
            return null;
          }

          @Override
          public Void visitCall(RexCall call) {
            if (call.isA(SqlKind.CASE) && call.getType().getSqlTypeName() == SqlTypeName.BOOLEAN) {
              found.addAll(queries(call));
            }
            return super.visitCall(call);
          }
        };
    expressions.forEach(expression -> expression.accept(finder));
    return found;
  }

  /** Refers to columns that a projection below has behind those of its input. */
  private static final class Columns extends RexShuttle {
    private final int width;
    private final List<RexSubQuery> queries;

    Columns(RelNode input, Set<RexSubQuery> queries) {
      this.width = input.getRowType().getFieldCount();
      this.queries = List.copyOf(queries);
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      int place = queries.indexOf(query);
      return place < 0
          ? super.visitSubQuery(query)
          : new RexInputRef(width + place, query.getType());
    }
  }

  private static RelNode withColumns(
      RelNode input, List<RexNode> more, Set<CorrelationId> variables) {
    if (more.isEmpty()) {
      return input;
    }
    List<RexNode> columns =
        new ArrayList<>(input.getCluster().getRexBuilder().identityProjects(input.getRowType()));
    columns.addAll(more);
    return operands(
        LogicalProject.create(input, List.of(), columns, (List<String>) null, variables));
  }

  private static RelNode join(Join join) {
    if (join.getJoinType() != JoinRelType.INNER) {
      return outer(join);
    }
    RexBuilder rex = join.getCluster().getRexBuilder();
    List<RexNode> plain = new ArrayList<>();
    List<RexNode> nested = new ArrayList<>();
    for (RexNode part : RelOptUtil.conjunctions(join.getCondition())) {
      (hasSubQuery(List.of(part)) ? nested : plain).add(part);
    }
    RelNode joined =
        join(join, RexUtil.composeConjunction(rex, plain), join.getLeft(), join.getRight());
    return operands(
        LogicalFilter.create(
            joined,
            RexUtil.composeConjunction(rex, nested),
            ImmutableSet.copyOf(join.getVariablesSet())));
  }

  private static RelNode join(Join join, RexNode condition, RelNode left, RelNode right) {
    return LogicalJoin.create(left, right, List.of(), condition, Set.of(), join.getJoinType());
  }

  /** Each sub-query becomes a column of the side whose columns it refers to. */
  private static RelNode outer(Join join) {
    int leftWidth = join.getLeft().getRowType().getFieldCount();
    int width = join.getRowType().getFieldCount();
    JoinSide left = new JoinSide(join, join.getLeft(), 0);
    JoinSide right = new JoinSide(join, join.getRight(), leftWidth);
    List<RexNode> ofLeft = new ArrayList<>();
    List<RexNode> ofRight = new ArrayList<>();
    for (RexSubQuery query : queries(join.getCondition())) {
      if (left.holds(query)) {
        ofLeft.add(query);
      } else if (right.holds(query)) {
        ofRight.add(query);
      } else {
        throw new SqlException(
            SqlErrorCode.UNSUPPORTED,
            "a sub-query in the condition of an outer join must not refer to both of its sides");
      }
    }
    int shift = ofLeft.size();
    RexShuttle references =
        new RexShuttle() {
          @Override
          public RexNode visitSubQuery(RexSubQuery query) {
            int place = ofLeft.indexOf(query);
            int index = place >= 0 ? leftWidth + place : width + shift + ofRight.indexOf(query);
            return new RexInputRef(index, query.getType());
          }

          @Override
          public RexNode visitInputRef(RexInputRef reference) {
            int index = reference.getIndex();
            return new RexInputRef(index < leftWidth ? index : index + shift, reference.getType());
          }
        };
    Set<CorrelationId> variables = join.getVariablesSet();
    RelNode joined =
        join(
            join,
            join.getCondition().accept(references),
            withColumns(join.getLeft(), left.moved(ofLeft), variables),
            withColumns(join.getRight(), right.moved(ofRight), variables));
    List<RexNode> fields = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      fields.add(RexInputRef.of(i < leftWidth ? i : i + shift, joined.getRowType()));
    }
    return LogicalProject.create(
        joined, List.of(), fields, join.getRowType().getFieldNames(), Set.of());
  }

  private static Set<RexSubQuery> queries(RexNode condition) {
    Set<RexSubQuery> found = new LinkedHashSet<>();
    condition.accept(
        new RexVisitorImpl<Void>(true) {
          @Override
          @SuppressWarnings("NullAway") // Void has no other value
          public Void visitSubQuery(RexSubQuery query) {
            found.add(query);
            return null;
          }
        });
    return found;
  }
}
