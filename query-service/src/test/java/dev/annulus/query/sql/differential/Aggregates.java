package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Scope.Column;
import java.util.ArrayList;
import java.util.List;

/** Generates aggregates and what groups them. */
final class Aggregates {
  private final Choices choices;
  private final Expressions rows;
  private final Scope scope;

  Aggregates(Choices choices, Expressions rows, Scope scope) {
    this.choices = choices;
    this.rows = rows;
    this.scope = scope;
  }

  /** Distinct keys; none if there is nothing to group by. */
  List<Column> keys() {
    List<Column> keys = new ArrayList<>();
    for (int count = choices.below(4); count > 0; count--) {
      Column key = key();
      if (key != null && keys.stream().noneMatch(other -> other.sql().equals(key.sql()))) {
        keys.add(key);
      }
    }
    return keys;
  }

  private @org.jspecify.annotations.Nullable Column key() {
    if (scope.columns().isEmpty()) {
      return null;
    }
    Column column = choices.of(scope.columns());
    if (column.type() != Type.LONG || !choices.chance(40)) {
      return column;
    }
    String divisor = Expressions.longLiteral(choices.of("2", "7", "3"));
    return new Column(
        choices
            .of("ts_bucket(%s, %s)", "(%s %% %s)", "(%s / %s)", "(%s + %s)")
            .formatted(column.sql(), divisor),
        Type.LONG);
  }

  /** The clause for some keys, at least one. */
  String groupBy(List<Column> keys) {
    List<String> names = keys.stream().map(Column::sql).toList();
    String all = String.join(", ", names);
    if (!keys.stream().allMatch(Column::isPlain) || !choices.chance(30)) {
      return " GROUP BY " + all;
    }
    return " GROUP BY "
        + switch (choices.below(3)) {
          case 0 -> "ROLLUP (" + all + ")";
          case 1 -> "CUBE (" + all + ")";
          default -> "GROUPING SETS ((%s), (%s), ())".formatted(all, names.get(names.size() - 1));
        };
  }

  /** An aggregate; booleans are had by comparing. */
  Column of(Type type) {
    return new Column(
        switch (type) {
          case LONG -> whole();
          case DOUBLE -> real();
          case TEXT -> filtered("%s(%s)".formatted(extreme(), rows.of(Type.TEXT, 1)));
          case BOOL -> "(count(*) > " + choices.below(4) + ")";
        },
        type);
  }

  /** An aggregate that two engines compute to nearly the same. */
  String inexact() {
    if (choices.chance(20)) {
      return "percentile_cont(%s) WITHIN GROUP (ORDER BY %s)"
          .formatted(choices.of("0.5", "0.25", "1.0"), rows.of(Type.DOUBLE, 1));
    }
    String function =
        choices.of(
            "stddev",
            "stddev_pop",
            "variance",
            "stddev_samp",
            "var_pop",
            "var_samp",
            "avg",
            "mean",
            "median");
    Type type = choices.of(Type.DOUBLE, Type.LONG);
    String argument = rows.of(type, 1);
    // The reference takes whole numbers for doubles, and squares lose what large ones differ by.
    boolean isSmall =
        type == Type.DOUBLE || !(function.startsWith("std") || function.startsWith("var"));
    return "%s(%s)"
        .formatted(
            function.equals("variance") ? "{variance|var_samp}" : function,
            isSmall ? argument : "mod(%s, 1000003)".formatted(argument));
  }

  private String whole() {
    return switch (choices.below(7)) {
      case 0 -> filtered("count(*)");
      case 1 -> filtered("count(%s)".formatted(rows.of(choices.of(Type.values()), 1)));
      case 2 -> filtered("count(DISTINCT %s)".formatted(rows.of(choices.of(Type.values()), 1)));
      case 3 -> sum();
      case 4 -> "COALESCE(count_if(%s), 0)".formatted(rows.condition(1));
      default -> filtered("%s(%s)".formatted(extreme(), rows.of(Type.LONG, 1)));
    };
  }

  private String sum() {
    String distinct = choices.chance(15) ? "DISTINCT " : "";
    return "{|CAST(}"
        + filtered("sum(" + distinct + rows.of(Type.LONG, 1) + ")")
        + "{| AS BIGINT)}";
  }

  private String real() {
    return switch (choices.below(5)) {
      case 0, 1 -> filtered("sum(%s)".formatted(rows.of(Type.DOUBLE, 1)));
      case 2 ->
          filtered(
              "avg(%s%s)"
                  .formatted(
                      choices.of("", "", "DISTINCT "),
                      rows.of(choices.of(Type.DOUBLE, Type.LONG), 1)));
      default -> filtered("%s(%s)".formatted(extreme(), rows.of(Type.DOUBLE, 1)));
    };
  }

  private String extreme() {
    return choices.of("min", "max");
  }

  private String filtered(String call) {
    return choices.chance(12) ? call + " FILTER (WHERE " + rows.condition(1) + ")" : call;
  }
}
