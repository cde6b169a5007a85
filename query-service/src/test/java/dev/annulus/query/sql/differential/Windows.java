package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Scope.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Generates window functions whose value does not depend on the order of equal rows. */
final class Windows {
  private final Choices choices;
  private final Expressions rows;
  private final Scope scope;

  /** The same for all windows of a query: which of two equal rows is first is not defined. */
  private @Nullable String total;

  Windows(Choices choices, Expressions rows, Scope scope) {
    this.choices = choices;
    this.rows = rows;
    this.scope = scope;
  }

  Column of(Type type) {
    if (type == Type.BOOL) {
      return new Column("(" + of(Type.LONG).sql() + " > 1)", type);
    }
    if (type == Type.LONG && choices.chance(30)) {
      return new Column(numbering(), type);
    }
    return new Column(choices.chance(50) ? picked(type) : aggregated(type), type);
  }

  private String numbering() {
    return switch (choices.below(4)) {
      case 0 -> "row_number() OVER (" + total() + ")";
      case 1 -> "rank() OVER (" + partition() + some() + ")";
      case 2 -> "dense_rank() OVER (" + partition() + some() + ")";
      default -> "ntile(%d) OVER (%s)".formatted(1 + choices.below(5), total());
    };
  }

  /** The value of another row. */
  private String picked(Type type) {
    String value = rows.of(type, 1);
    boolean ignore = choices.chance(10);
    String inner = ignore ? "{| IGNORE NULLS}" : "";
    String outer = ignore ? "{ IGNORE NULLS|}" : "";
    return switch (choices.below(5)) {
      case 0, 1 -> {
        String by = choices.chance(50) ? ", " + choices.below(4) : "";
        String otherwise = by.isEmpty() || !choices.chance(40) ? "" : ", " + rows.literal(type);
        yield "%s(%s%s%s%s)%s OVER (%s)"
            .formatted(choices.of("lag", "lead"), value, by, otherwise, inner, outer, total());
      }
      case 2, 3 ->
          "%s(%s%s)%s OVER (%s%s)"
              .formatted(
                  choices.of("first_value", "last_value"),
                  value,
                  inner,
                  outer,
                  total(),
                  frame("ROWS"));
      default ->
          "nth_value(%s, %d%s)%s OVER (%s%s)"
              .formatted(value, 1 + choices.below(3), inner, outer, total(), frame("ROWS"));
    };
  }

  private String aggregated(Type type) {
    String distinct = choices.chance(5) ? "DISTINCT " : "";
    String call =
        switch (type) {
          case LONG ->
              switch (choices.below(4)) {
                case 0 -> "count(*)";
                case 1 -> "count(" + distinct + rows.of(choices.of(Type.values()), 1) + ")";
                case 2 -> "sum(" + distinct + rows.of(Type.LONG, 1) + ")";
                default -> extreme() + "(" + rows.of(Type.LONG, 1) + ")";
              };
          case DOUBLE ->
              choices.of("sum", "avg", "min", "max") + "(" + rows.of(Type.DOUBLE, 1) + ")";
          default -> extreme() + "(" + rows.of(Type.TEXT, 1) + ")";
        };
    String over = " OVER (" + framed() + ")";
    return call.startsWith("sum") && type == Type.LONG
        ? "{|CAST(}" + call + over + "{| AS BIGINT)}"
        : call + over;
  }

  private String framed() {
    String partition = partition();
    return switch (choices.below(5)) {
      case 0 -> partition.strip();
      case 1 -> partition + some();
      case 2, 3 -> total() + frame("ROWS");
      default -> {
        List<Column> numbers =
            scope.columns().stream().filter(column -> column.type().isNumber()).toList();
        yield numbers.isEmpty()
            ? partition.strip()
            : partition
                + "ORDER BY "
                + choices.of(numbers).sql()
                + direction()
                + frame(choices.of("RANGE", "RANGE", "RANGE", "RANGE", "RANGE", "GROUPS"));
      }
    };
  }

  private String extreme() {
    return choices.of("min", "max");
  }

  private String partition() {
    return scope.columns().isEmpty() || !choices.chance(50)
        ? ""
        : "PARTITION BY " + choices.of(scope.columns()).sql() + " ";
  }

  /** An order in which rows may be equal. */
  private String some() {
    return scope.columns().isEmpty()
        ? ""
        : "ORDER BY " + choices.of(scope.columns()).sql() + direction();
  }

  /** Partitions, and an order in which equal rows are equal in all columns. */
  private String total() {
    if (total == null) {
      total = partition() + order();
    }
    return total;
  }

  private String order() {
    int count = scope.columns().size();
    if (count == 0) {
      return "";
    }
    int first = choices.below(count);
    StringBuilder order = new StringBuilder("ORDER BY ");
    for (int i = 0; i < count; i++) {
      order.append(i == 0 ? "" : ", ").append(scope.columns().get((first + i) % count).sql());
      order.append(direction());
    }
    return order.toString();
  }

  private String direction() {
    return choices.of("", " DESC") + choices.of("", "", " NULLS FIRST", " NULLS LAST");
  }

  private String frame(String mode) {
    if (choices.below(4) == 0) {
      return "";
    }
    int start = choices.below(4);
    int end = start + choices.below(5 - start);
    String exclusion =
        choices.chance(10)
            ? choices.of(
                " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES", " EXCLUDE NO OTHERS")
            : "";
    return (start < 3 && end == 2 && choices.chance(30)
            ? " %s %s".formatted(mode, bound(start, true))
            : " %s BETWEEN %s AND %s".formatted(mode, bound(start, true), bound(end, false)))
        + exclusion;
  }

  private String bound(int place, boolean isStart) {
    return switch (place) {
      case 0 -> isStart ? "UNBOUNDED PRECEDING" : "3 PRECEDING";
      case 1 -> (isStart ? 1 + choices.below(3) : 1) + " PRECEDING";
      case 2 -> "CURRENT ROW";
      case 3 -> (isStart ? 1 : 1 + choices.below(3)) + " FOLLOWING";
      default -> "UNBOUNDED FOLLOWING";
    };
  }
}
