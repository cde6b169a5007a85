package dev.annulus.query.sql.plan;

import java.util.List;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.rules.CoreRules;

/** The fixed programs of rules that a plan goes through. */
final class Rewrites {
  /** Sub-queries become joins. */
  static final Rewrites SUB_QUERIES =
      new Rewrites(
          List.of(
              CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
              CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
              CoreRules.JOIN_SUB_QUERY_TO_CORRELATE));

  private static final List<RelOptRule> LOWERING =
      List.of(
          CoreRules.FILTER_INTO_JOIN,
          CoreRules.JOIN_CONDITION_PUSH,
          CoreRules.JOIN_PUSH_EXPRESSIONS,
          LightFilterTranspose.INSTANCE,
          PartitionFilters.INSTANCE,
          CoreRules.FILTER_AGGREGATE_TRANSPOSE,
          CoreRules.FILTER_SET_OP_TRANSPOSE,
          CoreRules.FILTER_MERGE,
          CoreRules.PROJECT_MERGE,
          CoreRules.PROJECT_REMOVE,
          CoreRules.UNION_MERGE);

  /**
   * Copies conditions to the other side of joins. Kept apart from the rules that move them on: next
   * to those it would find the same conditions missing again and again.
   */
  private static final List<RelOptRule> SHARING =
      List.of(CoreRules.JOIN_PUSH_TRANSITIVE_PREDICATES);

  /** Conditions move down to the scans. */
  static final Rewrites PUSH_DOWN = new Rewrites(LOWERING, SHARING, LOWERING, SHARING, LOWERING);

  /** Aggregates and windows become what the operators can compute. */
  static final Rewrites COMPUTABLE =
      new Rewrites(
          List.of(
              CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES,
              CoreRules.AGGREGATE_REDUCE_FUNCTIONS,
              CoreRules.PROJECT_TO_LOGICAL_PROJECT_AND_WINDOW,
              CoreRules.PROJECT_MERGE,
              CoreRules.PROJECT_REMOVE));

  private static final int MAX_MATCHES = 5_000;

  private final HepProgram program;

  @SafeVarargs
  private Rewrites(List<RelOptRule>... rounds) {
    HepProgramBuilder builder =
        new HepProgramBuilder().addMatchLimit(MAX_MATCHES).addMatchOrder(HepMatchOrder.TOP_DOWN);
    for (List<RelOptRule> rules : rounds) {
      builder.addRuleCollection(rules);
    }
    program = builder.build();
  }

  RelNode apply(RelNode rel, Runnable check) {
    CheckedHepPlanner planner = new CheckedHepPlanner(program, check);
    planner.setRoot(rel);
    return planner.findBestExp();
  }
}
