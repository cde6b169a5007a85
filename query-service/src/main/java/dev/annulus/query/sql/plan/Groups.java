package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.ExactAggregate;
import dev.annulus.query.sql.function.GroupCounter;
import dev.annulus.query.sql.function.SampleAggregate;
import dev.annulus.query.sql.rel.RowWeight;
import dev.annulus.query.sql.rel.TotalRow;
import dev.annulus.query.sql.rel.WatchedRows;
import dev.annulus.query.sql.run.Guard;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/** Aggregates whose groups, and the rows these keep, are counted while they run. */
final class Groups {
  private static final Method GROUP = method("group");
  private static final Method TEXTS = method("groupTexts");

  private Groups() {}

  static RelNode counted(Aggregate aggregate, RelNode rows) {
    boolean keepsRows =
        aggregate.getAggCallList().stream()
            .anyMatch(
                call ->
                    call.getAggregation() instanceof SampleAggregate sample && sample.keepsRows());
    RelNode input = keepsRows ? WatchedRows.collected(rows) : rows;
    List<AggregateCall> calls = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      calls.add(call.getArgList().isEmpty() ? call : ExactAggregate.of(call, argument(call, rows)));
    }
    if (aggregate.getGroupCount() == 0) {
      Aggregate exact =
          aggregate.copy(
              aggregate.getTraitSet(),
              input,
              aggregate.getGroupSet(),
              aggregate.getGroupSets(),
              calls);
      return Physical.by(EnumerableRules.ENUMERABLE_AGGREGATE_RULE, exact, List.of(input));
    }
    RexBuilder rex = aggregate.getCluster().getRexBuilder();
    List<Integer> keptTexts = texts(aggregate, rows);
    boolean onlyKeys = aggregate.getGroupSet().asList().containsAll(keptTexts);
    long bytes =
        RowWeight.of(aggregate.getRowType()).bytes() * Math.max(1, aggregate.getGroupSets().size());
    calls.add(
        AggregateCall.create(
            new GroupCounter(GROUP, bytes, TEXTS, onlyKeys),
            false,
            false,
            false,
            List.of(),
            keptTexts,
            -1,
            null,
            RelCollations.EMPTY,
            rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT),
            "$groups"));
    Aggregate counting =
        LogicalAggregate.create(
            input, List.of(), aggregate.getGroupSet(), aggregate.getGroupSets(), calls);
    RelNode counted =
        Physical.by(EnumerableRules.ENUMERABLE_AGGREGATE_RULE, counting, List.of(input));
    if (aggregate.getGroupSets().stream().anyMatch(ImmutableBitSet::isEmpty)) {
      counted = TotalRow.of(counted, totals(counting));
    }
    return EnumerableCalc.create(
        counted,
        RexProgram.create(
            counted.getRowType(),
            rex.identityProjects(aggregate.getRowType()),
            null,
            aggregate.getRowType(),
            rex));
  }

  /** Columns of the input whose texts a group may keep: of its key, and of its aggregates. */
  private static List<Integer> texts(Aggregate aggregate, RelNode rows) {
    Set<Integer> columns = new TreeSet<>(aggregate.getGroupSet().asList());
    aggregate.getAggCallList().forEach(call -> columns.addAll(call.getArgList()));
    List<RelDataTypeField> fields = rows.getRowType().getFieldList();
    return columns.stream().filter(i -> RowWeight.isText(fields.get(i).getType())).toList();
  }

  private static Method method(String name) {
    return Arrays.stream(Guard.class.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static RelDataType argument(AggregateCall call, RelNode rows) {
    return rows.getRowType().getFieldList().get(call.getArgList().get(0)).getType();
  }

  /** The row that stands for all rows when there are none. */
  private static @Nullable Object[] totals(Aggregate aggregate) {
    int keys = aggregate.getGroupCount();
    @Nullable Object[] row = new @Nullable Object[keys + aggregate.getAggCallList().size()];
    for (int i = keys; i < row.length; i++) {
      row[i] = ofNothing(aggregate.getAggCallList().get(i - keys));
    }
    return row;
  }

  private static @Nullable Object ofNothing(AggregateCall call) {
    if (call.getAggregation() instanceof GroupCounter) {
      return 0L;
    }
    return switch (call.getAggregation().getKind()) {
      case COUNT -> 0L;
      case SUM0 -> call.getType().getSqlTypeName() == SqlTypeName.DOUBLE ? (Object) 0.0 : 0L;
      case GROUPING -> (1L << call.getArgList().size()) - 1;
      case LITERAL_AGG -> ((RexLiteral) call.rexList.get(0)).getValue2();
      default -> null;
    };
  }
}
