package dev.annulus.query.sql.push;

import dev.annulus.query.sql.function.SampleAggregate;
import dev.annulus.query.sql.run.GroupFunction;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate over samples, put in terms of groups.
 *
 * @param call the aggregate
 * @param whole computes it for all samples of one group
 * @param conditions indexes of the columns, in the relation of groups, that must be true for
 *     samples to count
 * @param countsRows whether it counts rows, of which outer joins make some without a sample
 */
record Term(AggregateCall call, GroupFunction whole, List<Integer> conditions, boolean countsRows) {
  private static final Set<SqlKind> OF_TS = Set.of(SqlKind.MIN, SqlKind.MAX);

  /** The aggregate in terms of groups; null if it needs single samples. */
  static @Nullable Term of(AggregateCall call, Aggregate aggregate, List<Column> columns) {
    if (call.isDistinct()
        || call.ignoreNulls()
        || call.distinctKeys != null
        || !call.rexList.isEmpty()
        || !call.getCollation().getFieldCollations().isEmpty()) {
      return null;
    }
    if (call.filterArg < 0) {
      return of(call, aggregate, columns, List.of());
    }
    return columns.get(call.filterArg) instanceof Column.Key filter
        ? of(call, aggregate, columns, List.of(filter.index()))
        : null;
  }

  private static @Nullable Term of(
      AggregateCall call, Aggregate aggregate, List<Column> columns, List<Integer> filters) {
    SqlKind kind = call.getAggregation().getKind();
    if (call.getArgList().isEmpty()) {
      return kind == SqlKind.COUNT ? new Term(call, GroupFunction.COUNT, filters, true) : null;
    }
    if (call.getAggregation() instanceof SampleAggregate sample) {
      return overTime(sample, call, columns, filters);
    }
    if (call.getArgList().size() != 1) {
      return null;
    }
    int argument = call.getArgList().get(0);
    Column column = columns.get(argument);
    if (column instanceof Column.Key) {
      boolean optional =
          aggregate.getInput().getRowType().getFieldList().get(argument).getType().isNullable();
      return kind == SqlKind.COUNT && !optional
          ? new Term(call, GroupFunction.COUNT, filters, true)
          : null;
    }
    if (column instanceof Column.Ts && OF_TS.contains(kind)) {
      boolean first = kind == SqlKind.MIN;
      return new Term(call, first ? GroupFunction.MIN_TS : GroupFunction.MAX_TS, filters, false);
    }
    if (column instanceof Column.Ts && kind == SqlKind.COUNT) {
      return new Term(call, GroupFunction.COUNT, filters, false);
    }
    if (!(column instanceof Column.Value value)) {
      return null;
    }
    GroupFunction whole = ofValue(kind);
    return whole == null ? null : new Term(call, whole, and(filters, value.condition()), false);
  }

  /** An aggregate of values and times, if that is what its arguments are. */
  private static @Nullable Term overTime(
      SampleAggregate function, AggregateCall call, List<Column> columns, List<Integer> filters) {
    List<Integer> arguments = call.getArgList();
    return function.isOverTime()
            && columns.get(arguments.get(0)) instanceof Column.Value value
            && value.condition() < 0
            && columns.get(arguments.get(1)) instanceof Column.Ts
        ? new Term(
            call,
            GroupFunction.valueOf(function.getName().toUpperCase(Locale.ROOT)),
            filters,
            false)
        : null;
  }

  /** Whether it follows from what is known of each part of the samples. */
  boolean isMergeable() {
    return whole != GroupFunction.INCREASE && whole != GroupFunction.RATE;
  }

  /** What has to be known of each part of the samples to compute it for all of them. */
  List<GroupFunction> parts() {
    return switch (whole) {
      case AVG -> List.of(GroupFunction.SUM, GroupFunction.COUNT);
      case FIRST -> List.of(GroupFunction.FIRST, GroupFunction.MIN_TS);
      case LAST -> List.of(GroupFunction.LAST, GroupFunction.MAX_TS);
      default -> List.of(whole);
    };
  }

  /** Whether its parts are the arguments of one aggregate. */
  boolean isEnd() {
    return whole == GroupFunction.FIRST || whole == GroupFunction.LAST;
  }

  private static @Nullable GroupFunction ofValue(SqlKind kind) {
    return switch (kind) {
      case COUNT -> GroupFunction.COUNT;
      case SUM -> GroupFunction.SUM;
      case AVG -> GroupFunction.AVG;
      case MIN -> GroupFunction.MIN;
      case MAX -> GroupFunction.MAX;
      default -> null;
    };
  }

  private static List<Integer> and(List<Integer> conditions, int more) {
    if (more < 0) {
      return conditions;
    }
    return conditions.isEmpty() ? List.of(more) : List.of(conditions.get(0), more);
  }
}
