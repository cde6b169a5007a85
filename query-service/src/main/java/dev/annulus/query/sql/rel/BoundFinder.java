package dev.annulus.query.sql.rel;

import dev.annulus.query.sql.function.ListMembership;
import dev.annulus.query.sql.function.MethodOperator;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import dev.annulus.query.sql.run.StoreTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Splits a condition over a scan into bounds the scan checks by itself and a remainder that needs a
 * filter. Out of the remainder it still derives bounds that every passing row meets.
 */
final class BoundFinder {
  private final StoreScan scan;
  private final RexBuilder rex;
  private final List<ScanBound> bounds = new ArrayList<>();
  private final List<RexNode> remainder = new ArrayList<>();

  private BoundFinder(StoreScan scan) {
    this.scan = scan;
    this.rex = scan.getCluster().getRexBuilder();
  }

  static BoundFinder of(StoreScan scan, RexNode condition) {
    BoundFinder finder = new BoundFinder(scan);
    RexNode expanded = RexUtil.expandSearch(finder.rex, null, condition);
    for (RexNode part : RelOptUtil.conjunctions(expanded)) {
      finder.take(part);
    }
    return finder;
  }

  /** What the scan is confined to. */
  List<ScanBound> bounds() {
    return bounds;
  }

  /** What is left to check; empty if nothing is. */
  List<RexNode> remainder() {
    return remainder;
  }

  private void take(RexNode part) {
    ScanBound exact = bound(part);
    if (exact != null) {
      bounds.add(exact);
      return;
    }
    remainder.add(part);
    ScanBound necessary = necessaryIds(part);
    if (necessary != null) {
      bounds.add(necessary);
    }
  }

  /** The bound that says the same as a condition; null if none does. */
  private @Nullable ScanBound bound(RexNode part) {
    if (part.isA(SqlKind.OR)) {
      return oneOf(RelOptUtil.disjunctions(part));
    }
    if (!(part instanceof RexCall call) || call.getOperands().size() != 2) {
      return null;
    }
    RexNode left = call.getOperands().get(0);
    RexNode right = call.getOperands().get(1);
    if (call.getOperator() instanceof ListMembership) {
      return bound(column(left), SqlKind.EQUALS, right);
    }
    if (RunConstants.isConstant(right)) {
      return bound(column(left), call.getKind(), seconds(left, right));
    }
    return RunConstants.isConstant(left)
        ? bound(column(right), call.getKind().reverse(), seconds(right, left))
        : null;
  }

  /** What ts is compared with, where it is compared as a timestamp. */
  private RexNode seconds(RexNode column, RexNode value) {
    return isTimestampOfTs(column) ? MethodOperator.FRACTION_OF_TIMESTAMP.call(rex, value) : value;
  }

  private boolean isTimestampOfTs(RexNode node) {
    return node instanceof RexCall call
        && call.getOperator().equals(MethodOperator.TIMESTAMP_OF_SECONDS)
        && call.getOperands().get(0) instanceof RexInputRef reference
        && scan.table() == StoreTable.SAMPLES
        && scan.columns().get(reference.getIndex()) == StoreTable.TS;
  }

  private @Nullable ScanBound bound(int column, SqlKind comparison, RexNode value) {
    Operator operator =
        switch (comparison) {
          case EQUALS -> Operator.IN;
          case GREATER_THAN_OR_EQUAL -> Operator.AT_LEAST;
          case GREATER_THAN -> Operator.ABOVE;
          case LESS_THAN_OR_EQUAL -> Operator.AT_MOST;
          case LESS_THAN -> Operator.BELOW;
          default -> null;
        };
    if (operator == null || column < 0) {
      return null;
    }
    if (isMeasured(column)) {
      return value.getType().getSqlTypeName() == SqlTypeName.ANY
          ? null
          : new ScanBound(column, operator, List.of(value));
    }
    return operator == Operator.IN && isIndexed(column)
        ? new ScanBound(column, operator, List.of(value))
        : null;
  }

  /** Whether a scan compares a column with numbers. */
  private boolean isMeasured(int column) {
    return scan.table() == StoreTable.SAMPLES
        && (column == StoreTable.TS || column == StoreTable.TS_MS || column == StoreTable.VALUE);
  }

  private boolean isIndexed(int column) {
    return switch (scan.table()) {
      case SAMPLES, METRIC_IDS -> column == StoreTable.METRIC_ID;
      case METRICS -> column == StoreTable.METRIC_ID || column == StoreTable.NAME;
      case METRIC_TAGS -> true;
    };
  }

  private @Nullable ScanBound oneOf(List<RexNode> choices) {
    List<RexNode> values = new ArrayList<>();
    int column = -1;
    for (RexNode choice : choices) {
      ScanBound bound = choice.isA(SqlKind.OR) ? null : bound(choice);
      if (bound == null
          || bound.operator() != Operator.IN
          || isMeasured(bound.column())
          || (column >= 0 && bound.column() != column)) {
        return null;
      }
      column = bound.column();
      values.addAll(bound.values());
    }
    return new ScanBound(column, Operator.IN, values);
  }

  /** Ids that every row passing a condition has one of; null if the condition pins none. */
  private @Nullable ScanBound necessaryIds(RexNode part) {
    if (!part.isA(SqlKind.OR)) {
      return null;
    }
    List<RexNode> values = new ArrayList<>();
    for (RexNode choice : RelOptUtil.disjunctions(part)) {
      ScanBound pinned = null;
      for (RexNode condition : RelOptUtil.conjunctions(choice)) {
        ScanBound bound = bound(condition);
        if (bound == null) {
          bound = necessaryIds(condition);
        }
        if (bound != null && bound.column() == StoreTable.METRIC_ID) {
          pinned = bound;
        }
      }
      if (pinned == null) {
        return null;
      }
      values.addAll(pinned.values());
    }
    return new ScanBound(StoreTable.METRIC_ID, Operator.IN, values);
  }

  /** The table's column that an operand is, maybe as another kind of number; -1 if it is none. */
  private int column(RexNode node) {
    RexNode operand = node;
    if (isTimestampOfTs(node)) {
      return StoreTable.TS;
    }
    if (node.isA(SqlKind.CAST) && node.getType().getSqlTypeName() == SqlTypeName.DOUBLE) {
      operand = ((RexCall) node).getOperands().get(0);
    }
    return operand instanceof RexInputRef reference ? scan.columns().get(reference.getIndex()) : -1;
  }
}
