package dev.annulus.query.sql.push;

import dev.annulus.query.sql.rel.Trees;
import dev.annulus.query.sql.run.GroupFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/** Aggregates groups of samples to what an aggregate over the samples would give. */
final class Merge {
  private final Aggregate aggregate;
  private final Grouped grouped;
  private final List<GroupFunction> parts;
  private final RexBuilder rex;

  /** The keys, then what is aggregated. */
  private final List<RexNode> inputs = new ArrayList<>();

  private final List<AggregateCall> calls = new ArrayList<>();
  private final Map<String, Integer> known = new HashMap<>();

  Merge(Aggregate aggregate, Grouped grouped, List<GroupFunction> parts) {
    this.aggregate = aggregate;
    this.grouped = grouped;
    this.parts = parts;
    this.rex = aggregate.getCluster().getRexBuilder();
  }

  RelNode of(List<Column.Key> keys, List<Term> terms) {
    for (Column.Key key : keys) {
      inputs.add(grouped.ref(key.index()));
    }
    List<List<Integer>> results = new ArrayList<>();
    for (Term term : terms) {
      List<Integer> merged = new ArrayList<>();
      if (term.isEnd()) {
        merged.add(keys.size() + end(term));
      } else {
        for (GroupFunction part : term.parts()) {
          merged.add(keys.size() + merged(part, term));
        }
      }
      results.add(merged);
    }
    RelNode input = Trees.project(grouped.rel(), inputs, null);
    RelNode merged =
        LogicalAggregate.create(input, List.of(), ImmutableBitSet.range(keys.size()), null, calls);
    return result(merged, keys.size(), results);
  }

  /** Adds the aggregate of a part; gives its number. */
  private int merged(GroupFunction part, Term term) {
    RexNode input = input(part, term);
    SqlAggFunction function =
        switch (part) {
          case COUNT -> SqlStdOperatorTable.SUM0;
          case SUM -> SqlStdOperatorTable.SUM;
          case MIN, MIN_TS -> SqlStdOperatorTable.MIN;
          case MAX, MAX_TS -> SqlStdOperatorTable.MAX;
          default -> throw new IllegalArgumentException("cannot be merged: " + part);
        };
    return known.computeIfAbsent(
        function + " " + input,
        call -> {
          inputs.add(input);
          calls.add(call(function, inputs.size() - 1, input.getType()));
          return calls.size() - 1;
        });
  }

  /** Adds the aggregate that finds the earliest or latest of the ends of the parts. */
  private int end(Term term) {
    List<Integer> arguments = new ArrayList<>();
    for (GroupFunction part : term.parts()) {
      inputs.add(input(part, term));
      arguments.add(inputs.size() - 1);
    }
    AggregateCall call = term.call();
    calls.add(call(call.getAggregation(), arguments, call.getType()));
    return calls.size() - 1;
  }

  private RexNode input(GroupFunction part, Term term) {
    RexNode value = grouped.ref(grouped.firstPart() + parts.indexOf(part));
    boolean count = part == GroupFunction.COUNT;
    if (count && grouped.isOptional()) {
      value = coalesce(value, term.countsRows() ? 1 : 0);
    }
    for (int condition : term.conditions()) {
      RexNode otherwise = count ? whole(0) : rex.makeNullLiteral(value.getType());
      RelDataType type = rex.getTypeFactory().createTypeWithNullability(value.getType(), !count);
      value =
          rex.makeCall(
              type,
              SqlStdOperatorTable.CASE,
              List.of(grouped.ref(condition), rex.ensureType(type, value, true), otherwise));
    }
    return value;
  }

  private RexNode coalesce(RexNode value, long other) {
    return rex.makeCall(
        SqlStdOperatorTable.CASE,
        rex.makeCall(SqlStdOperatorTable.IS_NULL, value),
        whole(other),
        rex.makeNotNull(value));
  }

  private RexNode whole(long value) {
    return rex.makeLiteral(value, rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT), false);
  }

  private AggregateCall call(SqlAggFunction function, int argument, RelDataType type) {
    boolean nullable =
        function.getKind() != SqlKind.SUM0 && (type.isNullable() || aggregate.getGroupCount() == 0);
    return call(
        function,
        List.of(argument),
        rex.getTypeFactory().createTypeWithNullability(type, nullable));
  }

  private static AggregateCall call(
      SqlAggFunction function, List<Integer> arguments, RelDataType type) {
    return AggregateCall.create(
        function,
        false,
        false,
        false,
        List.of(),
        arguments,
        -1,
        null,
        RelCollations.EMPTY,
        type,
        null);
  }

  /** The columns of the aggregate, of the types it has. */
  private RelNode result(RelNode merged, int keys, List<List<Integer>> results) {
    List<RexNode> columns = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      columns.add(rex.makeInputRef(merged, i));
    }
    for (List<Integer> result : results) {
      RexNode first = rex.makeInputRef(merged, result.get(0));
      columns.add(
          result.size() == 1 ? first : quotient(first, rex.makeInputRef(merged, result.get(1))));
    }
    List<RelDataTypeField> fields = aggregate.getRowType().getFieldList();
    for (int i = 0; i < columns.size(); i++) {
      columns.set(i, rex.ensureType(fields.get(i).getType(), columns.get(i), true));
    }
    return Trees.project(merged, columns, aggregate.getRowType().getFieldNames());
  }

  /** A mean; null if nothing was counted, as the sum then is. */
  private RexNode quotient(RexNode sum, RexNode count) {
    RexNode divisor = rex.makeCast(rex.getTypeFactory().createSqlType(SqlTypeName.DOUBLE), count);
    return rex.makeCall(SqlStdOperatorTable.DIVIDE, sum, divisor);
  }
}
