package dev.annulus.query.sql.plan;

import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptRuleCall;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.RelOptUtil.Logic;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.rules.SubQueryRemoveRule;
import org.apache.calcite.rex.LogicVisitor;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.tools.RelBuilder;

/**
 * Calcite's rule for sub-queries of filters and projections, except for what it binds: a node binds
 * the variables that it declares. Calcite's own takes a variable of a query further out for one of
 * this node if the node declares none, or had another sub-query before.
 */
final class SubQueryRule extends SubQueryRemoveRule {
  static final RelOptRule OF_FILTER = new SubQueryRule(Config.FILTER);
  static final RelOptRule OF_PROJECT = new SubQueryRule(Config.PROJECT);

  private SubQueryRule(Config config) {
    super(config);
  }

  @Override
  public void onMatch(RelOptRuleCall call) {
    RelNode rel = call.rel(0);
    RelBuilder builder = call.builder().push(rel.getInput(0));
    if (rel instanceof Filter filter) {
      builder.filter(replace(filter, List.of(filter.getCondition()), Logic.TRUE, builder));
      int width = filter.getRowType().getFieldCount();
      builder.project(builder.fields().subList(0, width));
    } else {
      Project project = (Project) rel;
      List<RexNode> expressions =
          replace(project, project.getProjects(), Logic.TRUE_FALSE_UNKNOWN, builder);
      builder.project(expressions, project.getRowType().getFieldNames());
    }
    call.transformTo(builder.build());
  }

  private List<RexNode> replace(
      RelNode rel, List<RexNode> expressions, Logic logic, RelBuilder builder) {
    List<RexNode> replaced = expressions;
    RexSubQuery query = RexUtil.SubQueryFinder.find(replaced);
    for (int count = 1; query != null; count++) {
      Set<CorrelationId> own = RelOptUtil.getVariablesUsed(query.rel);
      own.retainAll(rel.getVariablesSet());
      RexNode value =
          apply(
              query,
              own,
              LogicVisitor.find(logic, replaced, query),
              builder,
              1,
              builder.peek().getRowType().getFieldCount(),
              count);
      replaced = new Replacement(query, value).apply(replaced);
      query = RexUtil.SubQueryFinder.find(replaced);
    }
    return replaced;
  }

  private static final class Replacement extends RexShuttle {
    private final RexSubQuery query;
    private final RexNode value;

    Replacement(RexSubQuery query, RexNode value) {
      this.query = query;
      this.value = value;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery other) {
      return other.equals(query) ? value : other;
    }
  }
}
