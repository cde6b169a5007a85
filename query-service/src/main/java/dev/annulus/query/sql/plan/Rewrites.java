package dev.annulus.query.sql.plan;

import java.util.List;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.rules.FilterAggregateTransposeRule;
import org.apache.calcite.util.ImmutableBitSet;

/** The fixed programs of rules that a plan goes through. */
final class Rewrites {
  /** Sub-queries become joins. */
  static final Rewrites SUB_QUERIES =
      new Rewrites(
          List.of(
              SubQueryRule.OF_FILTER,
              SubQueryRule.OF_PROJECT,
              CoreRules.JOIN_SUB_QUERY_TO_CORRELATE));

  /** Conditions move to the rows that sub-queries are asked for, which these read once more. */
  static final Rewrites BELOW_SUB_QUERIES =
      new Rewrites(
          List.of(
              CoreRules.FILTER_CORRELATE,
              CoreRules.FILTER_MERGE,
              CoreRules.FILTER_INTO_JOIN,
              LightFilterTranspose.INSTANCE,
              FilterPartTranspose.INSTANCE));

  /**
   * Columns do not depend on left joins that only add others. A sub-query that became a join reads
   * what is left of it twice, once for the values that it is asked for: without this, each one
   * would double the plan of those before it.
   */
  static final Rewrites UNUSED_JOINS =
      new Rewrites(
          List.of(
              CoreRules.PROJECT_MERGE,
              CoreRules.PROJECT_JOIN_REMOVE,
              CoreRules.AGGREGATE_PROJECT_MERGE,
              CoreRules.AGGREGATE_JOIN_REMOVE));

  /**
   * Conditions of groups hold for their rows already, except of a grand total: it is a row even of
   * nothing, so that a condition below would not drop it.
   */
  private static final RelOptRule BELOW_GROUPS =
      FilterAggregateTransposeRule.Config.DEFAULT
          .withOperandSupplier(
              filter ->
                  filter
                      .operand(Filter.class)
                      .oneInput(
                          groups ->
                              groups
                                  .operand(Aggregate.class)
                                  .predicate(Rewrites::hasNoTotal)
                                  .anyInputs()))
          .toRule();

  private static final List<RelOptRule> LOWERING =
      List.of(
          CoreRules.FILTER_INTO_JOIN,
          CoreRules.JOIN_CONDITION_PUSH,
          CoreRules.JOIN_PUSH_EXPRESSIONS,
          LightFilterTranspose.INSTANCE,
          PartitionFilters.INSTANCE,
          BELOW_GROUPS,
          CoreRules.FILTER_SET_OP_TRANSPOSE,
          CoreRules.FILTER_MERGE,
          CoreRules.PROJECT_MERGE,
          CoreRules.PROJECT_REMOVE,
          CoreRules.UNION_MERGE);

  /** Conditions move down to the scans. */
  private static final Rewrites PUSH_DOWN = new Rewrites(LOWERING);

  private static final int SHARING_ROUNDS = 2;

  /** Aggregates and windows become what the operators can compute. */
  static final Rewrites COMPUTABLE =
      new Rewrites(
          List.of(
              CoreRules.AGGREGATE_EXPAND_DISTINCT_AGGREGATES,
              WindowSplit.INSTANCE,
              CoreRules.PROJECT_MERGE,
              CoreRules.PROJECT_REMOVE));

  private static final int MAX_MATCHES = 5_000;

  private final HepProgram program;

  private Rewrites(List<RelOptRule> rules) {
    program =
        new HepProgramBuilder()
            .addMatchLimit(MAX_MATCHES)
            .addMatchOrder(HepMatchOrder.TOP_DOWN)
            .addRuleCollection(rules)
            .build();
  }

  private static boolean hasNoTotal(Aggregate aggregate) {
    return aggregate.getGroupSets().stream().noneMatch(ImmutableBitSet::isEmpty);
  }

  /** Moves conditions down to the scans, across joins too, and prunes what returns no rows. */
  static RelNode pushDown(RelNode rel, Runnable check) {
    RelNode lowered = NoRows.prune(PUSH_DOWN.apply(NoRows.prune(rel), check));
    for (int round = 0; round < SHARING_ROUNDS; round++) {
      RelNode shared = NoRows.prune(SharedConditions.share(lowered, check));
      lowered = NoRows.prune(PUSH_DOWN.apply(shared, check));
    }
    return lowered;
  }

  RelNode apply(RelNode rel, Runnable check) {
    CheckedHepPlanner planner = new CheckedHepPlanner(program, check);
    planner.setRoot(rel);
    return planner.findBestExp();
  }
}
