package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.MethodOperator;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Makes -0.0 and 0.0, which are equal, one key of groups, joins, sets, windows and sorting: the
 * operators look keys up by their bits.
 */
final class Zeros {
  private Zeros() {}

  static RelNode unsigned(RelNode rel) {
    RelNode below = Trees.mapInputs(rel, Zeros::unsigned);
    List<RelNode> inputs = new ArrayList<>();
    for (int i = 0; i < below.getInputs().size(); i++) {
      inputs.add(unsigned(below.getInput(i), keys(below, i)));
    }
    return inputs.equals(below.getInputs()) ? below : below.copy(below.getTraitSet(), inputs);
  }

  /** The columns of an input whose values are looked up. */
  private static ImmutableBitSet keys(RelNode rel, int input) {
    if (rel instanceof Aggregate aggregate) {
      ImmutableBitSet keys = aggregate.getGroupSet();
      for (var call : aggregate.getAggCallList()) {
        keys = call.isDistinct() ? keys.union(ImmutableBitSet.of(call.getArgList())) : keys;
      }
      return keys;
    }
    if (rel instanceof Join join) {
      var info = join.analyzeCondition();
      return ImmutableBitSet.of(input == 0 ? info.leftKeys : info.rightKeys);
    }
    if (rel instanceof Window window) {
      ImmutableBitSet keys = ImmutableBitSet.of();
      for (Window.Group group : window.groups) {
        keys = keys.union(group.keys).union(ImmutableBitSet.of(group.orderKeys.getKeys()));
      }
      return keys;
    }
    if (rel instanceof Sort sort) {
      return ImmutableBitSet.of(sort.getCollation().getKeys());
    }
    boolean lookedUp =
        rel instanceof Intersect
            || rel instanceof Minus
            || (rel instanceof Union union && !union.all);
    return lookedUp
        ? ImmutableBitSet.range(((SetOp) rel).getInput(input).getRowType().getFieldCount())
        : ImmutableBitSet.of();
  }

  private static RelNode unsigned(RelNode input, ImmutableBitSet keys) {
    RexBuilder rex = input.getCluster().getRexBuilder();
    List<RelDataTypeField> fields = input.getRowType().getFieldList();
    List<RexNode> columns = new ArrayList<>(fields.size());
    boolean changed = false;
    for (int i = 0; i < fields.size(); i++) {
      RexNode column = rex.makeInputRef(input, i);
      boolean signed =
          keys.get(i) && fields.get(i).getType().getSqlTypeName() == SqlTypeName.DOUBLE;
      columns.add(signed ? MethodOperator.UNSIGNED_ZERO.call(rex, column) : column);
      changed |= signed;
    }
    return changed ? Trees.project(input, columns, input.getRowType().getFieldNames()) : input;
  }
}
