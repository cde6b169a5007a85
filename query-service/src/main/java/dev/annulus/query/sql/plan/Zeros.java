package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.MethodOperator;
import dev.annulus.query.sql.rel.Trees;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Makes -0.0 and 0.0, which are equal, one key of groups, sets, joins and sorting: the operators
 * look keys up by their bits. Groups and sets return 0.0 for both; joins and sorting get the keys
 * as columns of their own and return values as they are.
 */
final class Zeros {
  private Zeros() {}

  static RelNode unsigned(RelNode rel) {
    RelNode below = Trees.mapInputs(rel, Zeros::unsigned);
    if (below instanceof Sort sort) {
      return sorted(sort);
    }
    if (below instanceof Join join) {
      return joined(join);
    }
    List<RelNode> inputs = new ArrayList<>();
    for (int i = 0; i < below.getInputs().size(); i++) {
      inputs.add(replaced(below.getInput(i), keys(below, i)));
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
    boolean lookedUp =
        rel instanceof Intersect
            || rel instanceof Minus
            || (rel instanceof Union union && !union.all);
    return lookedUp
        ? ImmutableBitSet.range(((SetOp) rel).getInput(input).getRowType().getFieldCount())
        : ImmutableBitSet.of();
  }

  private static RelNode replaced(RelNode input, ImmutableBitSet keys) {
    ImmutableBitSet doubles = doubles(input, keys);
    if (doubles.isEmpty()) {
      return input;
    }
    List<RexNode> columns = columns(input);
    doubles.forEachInt(i -> columns.set(i, unsigned(input, i)));
    return Trees.project(input, columns, input.getRowType().getFieldNames());
  }

  private static RelNode sorted(Sort sort) {
    RelNode input = sort.getInput();
    ImmutableBitSet doubles = doubles(input, ImmutableBitSet.of(sort.getCollation().getKeys()));
    if (doubles.isEmpty()) {
      return sort;
    }
    int width = input.getRowType().getFieldCount();
    List<RelFieldCollation> keys = new ArrayList<>();
    for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
      int column = key.getFieldIndex();
      keys.add(doubles.get(column) ? key.withFieldIndex(width + doubles.indexOf(column)) : key);
    }
    Sort unsigned =
        sort.copy(
            sort.getTraitSet().replace(RelCollations.of(keys)),
            appended(input, doubles),
            RelCollations.of(keys),
            sort.offset,
            sort.fetch);
    return Trees.project(
        unsigned, columns(unsigned).subList(0, width), sort.getRowType().getFieldNames());
  }

  private static RelNode joined(Join join) {
    var info = join.analyzeCondition();
    ImmutableBitSet ofLeft = doubles(join.getLeft(), info.leftSet());
    ImmutableBitSet ofRight = doubles(join.getRight(), info.rightSet());
    if (ofLeft.isEmpty() && ofRight.isEmpty()) {
      return join;
    }
    int left = join.getLeft().getRowType().getFieldCount();
    int right = join.getRight().getRowType().getFieldCount();
    int wideLeft = left + ofLeft.cardinality();
    RexShuttle moved =
        new RexShuttle() {
          @Override
          public RexNode visitCall(RexCall call) {
            boolean compared =
                (call.isA(SqlKind.EQUALS) || call.isA(SqlKind.IS_NOT_DISTINCT_FROM))
                    && call.getOperands().stream().allMatch(RexInputRef.class::isInstance);
            return compared
                ? call.clone(call.getType(), call.getOperands().stream().map(this::key).toList())
                : super.visitCall(call);
          }

          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            int column = ref.getIndex();
            return column < left ? ref : at(column - left + wideLeft, ref);
          }

          private RexNode key(RexNode ref) {
            int column = ((RexInputRef) ref).getIndex();
            if (column < left) {
              return ofLeft.get(column) ? at(left + ofLeft.indexOf(column), ref) : ref;
            }
            int ofIt = column - left;
            int place = ofRight.get(ofIt) ? right + ofRight.indexOf(ofIt) : ofIt;
            return at(wideLeft + place, ref);
          }

          private static RexNode at(int column, RexNode ref) {
            return new RexInputRef(column, ref.getType());
          }
        };
    Join unsigned =
        join.copy(
            join.getTraitSet(),
            join.getCondition().accept(moved),
            appended(join.getLeft(), ofLeft),
            appended(join.getRight(), ofRight),
            join.getJoinType(),
            join.isSemiJoinDone());
    List<RexNode> all = columns(unsigned);
    List<RexNode> columns = new ArrayList<>(all.subList(0, left));
    if (join.getJoinType().projectsRight()) {
      columns.addAll(all.subList(wideLeft, wideLeft + right));
    }
    return Trees.project(unsigned, columns, join.getRowType().getFieldNames());
  }

  private static RelNode appended(RelNode input, ImmutableBitSet doubles) {
    if (doubles.isEmpty()) {
      return input;
    }
    List<RexNode> columns = columns(input);
    List<String> names = new ArrayList<>(input.getRowType().getFieldNames());
    for (int column : doubles) {
      names.add("$k" + columns.size());
      columns.add(unsigned(input, column));
    }
    return Trees.project(input, columns, names);
  }

  private static ImmutableBitSet doubles(RelNode input, ImmutableBitSet keys) {
    List<RelDataTypeField> fields = input.getRowType().getFieldList();
    return ImmutableBitSet.of(
        keys.asList().stream()
            .filter(key -> fields.get(key).getType().getSqlTypeName() == SqlTypeName.DOUBLE)
            .toList());
  }

  private static List<RexNode> columns(RelNode rel) {
    return new ArrayList<>(rel.getCluster().getRexBuilder().identityProjects(rel.getRowType()));
  }

  private static RexNode unsigned(RelNode input, int column) {
    RexBuilder rex = input.getCluster().getRexBuilder();
    return MethodOperator.UNSIGNED_ZERO.call(rex, rex.makeInputRef(input, column));
  }
}
