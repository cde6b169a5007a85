package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.function.GroupCounter;
import dev.annulus.query.sql.function.SampleAggregate;
import dev.annulus.query.sql.rel.WatchedRows;
import dev.annulus.query.sql.run.Guard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.sql.type.SqlTypeName;

/** Aggregates whose groups, and the rows these keep, are counted while they run. */
final class Groups {
  private static final GroupCounter COUNTER =
      new GroupCounter(
          Arrays.stream(Guard.class.getMethods())
              .filter(method -> method.getName().equals("group"))
              .findFirst()
              .orElseThrow());

  private Groups() {}

  static RelNode counted(Aggregate aggregate, RelNode rows) {
    boolean keepsRows =
        aggregate.getAggCallList().stream()
            .anyMatch(
                call ->
                    call.getAggregation() instanceof SampleAggregate sample && sample.keepsRows());
    RelNode input = keepsRows ? WatchedRows.of(rows, Guard.HELD) : rows;
    if (aggregate.getGroupCount() == 0) {
      return Physical.by(EnumerableRules.ENUMERABLE_AGGREGATE_RULE, aggregate, List.of(input));
    }
    RexBuilder rex = aggregate.getCluster().getRexBuilder();
    List<AggregateCall> calls = new ArrayList<>(aggregate.getAggCallList());
    calls.add(
        AggregateCall.create(
            COUNTER,
            false,
            false,
            false,
            List.of(),
            List.of(),
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
    return EnumerableCalc.create(
        counted,
        RexProgram.create(
            counted.getRowType(),
            rex.identityProjects(aggregate.getRowType()),
            null,
            aggregate.getRowType(),
            rex));
  }
}
