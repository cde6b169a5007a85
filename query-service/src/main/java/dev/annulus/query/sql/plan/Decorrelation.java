package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.rel.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql2rel.TopDownGeneralDecorrelator;
import org.apache.calcite.tools.RelBuilder;

/** Turns correlated sub-queries, which would run for every row, into joins. */
final class Decorrelation {
  private Decorrelation() {}

  static RelNode apply(RelNode rel, RelBuilder builder, Runnable check) {
    RelNode bound = Rewrites.BELOW_SUB_QUERIES.apply(rel, check);
    return plainEqualities(flatten(DecorrelatorInput.of(keepRows(bound)), builder, check));
  }

  /**
   * One after the other, inner ones first, but those that refer to others together with them:
   * Calcite takes variables of one for variables of the next that stands beside it.
   */
  private static RelNode flatten(RelNode rel, RelBuilder builder, Runnable check) {
    RelNode flat = Trees.mapInputs(rel, input -> flatten(input, builder, check));
    if (!(flat instanceof Correlate) || !isClosed(flat)) {
      return flat;
    }
    try {
      return Rewrites.UNUSED_JOINS.apply(
          TopDownGeneralDecorrelator.decorrelateQuery(flat, builder), check);
    } catch (IllegalArgumentException e) { // it meets a node that it cannot move
      throw new SqlException(
          SqlErrorCode.UNSUPPORTED,
          "a sub-query refers to the rows around it in a way that is not supported",
          null,
          "a join with the sub-query, grouped by the columns that it refers to, does the same",
          e);
    }
  }

  private static boolean isClosed(RelNode rel) {
    Set<CorrelationId> open = new HashSet<>(RelOptUtil.getVariablesUsed(rel));
    removeOwn(rel, open);
    return open.isEmpty();
  }

  private static void removeOwn(RelNode rel, Set<CorrelationId> variables) {
    if (rel instanceof Correlate correlate) {
      variables.remove(correlate.getCorrelationId());
    }
    rel.getInputs().forEach(input -> removeOwn(input, variables));
  }

  /**
   * An aggregate without keys gives a row even of nothing. Calcite knows that where the row on the
   * left is kept in any case, so that is said.
   */
  private static RelNode keepRows(RelNode rel) {
    RelNode kept = Trees.mapInputs(rel, Decorrelation::keepRows);
    if (!(kept instanceof Correlate correlate)
        || correlate.getJoinType() != JoinRelType.INNER
        || !isNeverEmpty(correlate.getRight())) {
      return kept;
    }
    RelNode left =
        correlate.copy(
            correlate.getTraitSet(),
            correlate.getLeft(),
            correlate.getRight(),
            correlate.getCorrelationId(),
            correlate.getRequiredColumns(),
            JoinRelType.LEFT);
    return RelOptUtil.createCastRel(left, correlate.getRowType(), false);
  }

  private static boolean isNeverEmpty(RelNode rel) {
    if (rel instanceof Project
        || (rel instanceof Sort sort && sort.fetch == null && sort.offset == null)) {
      return isNeverEmpty(rel.getInput(0));
    }
    return rel instanceof Aggregate aggregate
        && aggregate.getGroupSets().stream().anyMatch(keys -> keys.isEmpty());
  }

  /** What is not distinct from a column that is never null equals it: joins can then be hashed. */
  private static RelNode plainEqualities(RelNode rel) {
    RelNode plain = Trees.mapInputs(rel, Decorrelation::plainEqualities);
    return plain instanceof Join || plain instanceof Filter
        ? plain.accept(new PlainEqualities(rel.getCluster().getRexBuilder()))
        : plain;
  }

  private static final class PlainEqualities extends RexShuttle {
    private final RexBuilder rex;

    PlainEqualities(RexBuilder rex) {
      this.rex = rex;
    }

    @Override
    public RexNode visitCall(RexCall call) {
      List<RexNode> operands = call.getOperands();
      boolean plain =
          call.isA(SqlKind.IS_NOT_DISTINCT_FROM)
              && !operands.get(0).getType().isNullable()
              && !operands.get(1).getType().isNullable();
      return plain ? rex.makeCall(SqlStdOperatorTable.EQUALS, operands) : super.visitCall(call);
    }
  }
}
