package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Scope.Column;
import java.util.List;

/** Generates expressions, each in parentheses where that matters. */
final class Expressions {
  private static final List<String> TEXTS =
      List.of("'a'", "''", "'host'", "'b'", "'cpu.load'", "'B c'", "'12'", "'it''s'", "'a😀é'");
  private static final List<String> LONGS =
      List.of("1", "0", "2", "-1", "3", "7", "10", "1700000010", "4000000000", "-9007199254740993");
  private static final List<String> HUGE =
      List.of("9223372036854775807", "-9223372036854775807", "4611686018427387904");
  private static final List<String> DOUBLES =
      List.of("0.5", "0.0", "1.0", "-1.5", "2.5", "1e9", "100.25", "-0.0");
  private static final List<String> NOT_FINITE = List.of("nan", "inf", "-inf");

  private final Choices choices;
  private final Queries queries;
  private final Scope scope;

  Expressions(Choices choices, Queries queries, Scope scope) {
    this.choices = choices;
    this.queries = queries;
    this.scope = scope;
  }

  static String longLiteral(String digits) {
    return digits.startsWith("-")
        ? "{(%s)|CAST(%s AS BIGINT)}".formatted(digits, digits)
        : "{%s|CAST(%s AS BIGINT)}".formatted(digits, digits);
  }

  static String doubleLiteral(String digits) {
    if (digits.equals("-0.0") || NOT_FINITE.contains(digits)) {
      // As a number -0.0 is a decimal one, and has no sign.
      return "CAST('%s' AS DOUBLE)".formatted(digits);
    }
    return digits.startsWith("-")
        ? "{(%s)|CAST(%s AS DOUBLE)}".formatted(digits, digits)
        : "{%s|CAST(%s AS DOUBLE)}".formatted(digits, digits);
  }

  /** A literal, seldom null. */
  String literal(Type type) {
    if (choices.chance(8)) {
      return type.nullLiteral();
    }
    return switch (type) {
      case LONG -> longLiteral(choices.of(choices.chance(3) ? HUGE : LONGS));
      case DOUBLE -> doubleLiteral(choices.of(choices.chance(6) ? NOT_FINITE : DOUBLES));
      case TEXT -> choices.of(TEXTS);
      case BOOL -> choices.of("TRUE", "FALSE");
    };
  }

  /** An expression of some depth at most. */
  String of(Type type, int depth) {
    if (depth <= 0 || choices.below(3) == 0) {
      return leaf(type);
    }
    int below = depth - 1;
    if (choices.chance(20)) {
      return choice(type, below);
    }
    if (choices.chance(6)) {
      return queries.scalar(type, scope, below);
    }
    return switch (type) {
      case LONG -> whole(below);
      case DOUBLE -> real(below);
      case TEXT -> text(below);
      case BOOL -> condition(below);
    };
  }

  private String leaf(Type type) {
    List<Column> own = scope.own(type);
    if (!own.isEmpty() && !choices.chance(25)) {
      return choices.of(own).sql();
    }
    List<Column> columns = scope.of(type);
    return columns.isEmpty() || choices.chance(80) ? literal(type) : choices.of(columns).sql();
  }

  private String choice(Type type, int depth) {
    if (type == Type.DOUBLE && choices.chance(10)) {
      return "COALESCE(%s, %s)".formatted(of(Type.LONG, depth), of(type, depth));
    }
    return switch (choices.below(5)) {
      case 0 -> "COALESCE(%s, %s)".formatted(of(type, depth), of(type, depth));
      case 1 -> "NULLIF(%s, %s)".formatted(of(type, depth), of(type, depth));
      case 2 -> "CASE WHEN %s THEN %s END".formatted(of(Type.BOOL, depth), of(type, depth));
      case 3 ->
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(of(Type.BOOL, depth), of(type, depth), of(type, depth));
      default -> {
        Type operand = choices.of(Type.LONG, Type.TEXT);
        yield "CASE %s WHEN %s THEN %s WHEN %s THEN %s ELSE %s END"
            .formatted(
                of(operand, depth),
                literal(operand),
                of(type, depth),
                literal(operand),
                of(type, depth),
                of(type, depth));
      }
    };
  }

  /** Without what no whole number holds: whether that is an error depends on who looks at it. */
  private String floored(int depth) {
    String number = of(Type.DOUBLE, depth);
    return "CASE WHEN %1$s BETWEEN -1e15 AND 1e15 THEN CAST(floor(%1$s) AS BIGINT) END"
        .formatted(number);
  }

  private String whole(int depth) {
    return switch (choices.below(15)) {
      case 0 -> binary("+", Type.LONG, depth);
      case 1 -> binary("-", Type.LONG, depth);
      case 2 -> binary("*", Type.LONG, depth);
      case 3 -> "(%s / %s)".formatted(of(Type.LONG, depth), divisor());
      case 4 -> "(%s %% %s)".formatted(of(Type.LONG, depth), divisor());
      case 5 -> "abs(%s)".formatted(of(Type.LONG, depth));
      case 6 -> "(- %s)".formatted(of(Type.LONG, depth));
      case 7 -> "char_length(%s)".formatted(of(Type.TEXT, depth));
      case 8 -> floored(depth);
      case 9 -> extreme(Type.LONG, depth);
      case 10 -> "ts_bucket(%s, %s)".formatted(of(Type.LONG, depth), divisor());
      case 11 ->
          "position(%s IN %s)"
              .formatted(choices.of("'o'", "'a'", "'.l'", "'é'"), of(Type.TEXT, depth));
      case 12 -> partOfTime(depth);
      case 13 -> truncated(depth);
      default -> "mod(%s, %s)".formatted(of(Type.LONG, depth), divisor());
    };
  }

  /** A time of the years 1906 to 2033. */
  private String time(int depth) {
    String seconds = "mod(%s, 2000000000)".formatted(of(Type.LONG, depth));
    return "{to_timestamp(|make_timestamp(1000000 * }%s)".formatted(seconds);
  }

  private String partOfTime(int depth) {
    String unit =
        choices.of("MINUTE", "HOUR", "DAY", "MONTH", "YEAR", "QUARTER", "DOY", "WEEK", "SECOND");
    return "extract(%s FROM %s)".formatted(unit, time(depth));
  }

  /** A time without what is smaller than a unit, as seconds. */
  private String truncated(int depth) {
    String unit = choices.of("minute", "hour", "day", "week", "month", "quarter", "year");
    String moved =
        choices.of(
            "", "", " + INTERVAL '1' HOUR", " - INTERVAL '90' MINUTE", " + INTERVAL '2' DAY");
    return "{CAST(|CAST(epoch(}date_trunc('%s', %s%s){ AS BIGINT)|) AS BIGINT)}"
        .formatted(unit, time(depth), moved);
  }

  private String divisor() {
    return longLiteral(choices.of("2", "7", "3", "60"));
  }

  private String real(int depth) {
    return switch (choices.below(11)) {
      case 0 -> binary("+", Type.DOUBLE, depth);
      case 1 -> binary("-", Type.DOUBLE, depth);
      case 2 -> binary("*", Type.DOUBLE, depth);
      case 3 -> "CAST(%s AS DOUBLE)".formatted(of(Type.LONG, depth));
      case 4 -> "(%s + %s)".formatted(of(Type.LONG, depth), of(Type.DOUBLE, depth));
      case 5 ->
          "(%s / %s)".formatted(of(Type.DOUBLE, depth), doubleLiteral(choices.of("2.0", "0.5")));
      case 6 -> "abs(%s)".formatted(of(Type.DOUBLE, depth));
      case 7 -> "%s(%s)".formatted(choices.of("floor", "ceil"), of(Type.DOUBLE, depth));
      case 8 -> "(- %s)".formatted(of(Type.DOUBLE, depth));
      case 9 -> extreme(Type.DOUBLE, depth);
      default -> "sqrt(abs(%s))".formatted(of(Type.DOUBLE, depth));
    };
  }

  private String text(int depth) {
    return switch (choices.below(9)) {
      case 0 -> "lower(%s)".formatted(of(Type.TEXT, depth));
      case 1 -> "upper(%s)".formatted(of(Type.TEXT, depth));
      case 2 -> binary("||", Type.TEXT, depth);
      case 3 -> "substring(%s FROM %d)".formatted(of(Type.TEXT, depth), 1 + choices.below(4));
      case 4 ->
          "substring(%s FROM %d FOR %d)"
              .formatted(of(Type.TEXT, depth), 1 + choices.below(3), choices.below(4));
      case 5 -> "trim(%s)".formatted(of(Type.TEXT, depth));
      case 6 ->
          "\"%s\"(%s, %d)"
              .formatted(choices.of("left", "right"), of(Type.TEXT, depth), choices.below(4));
      case 7 -> "CAST(%s AS VARCHAR)".formatted(of(Type.LONG, depth));
      // Without the signs of zero and NaN, which groups and arithmetic may change.
      default -> "{CAST(|text(}%s{ + 0.0 AS VARCHAR)|)}".formatted(of(Type.DOUBLE, depth));
    };
  }

  private String binary(String operator, Type type, int depth) {
    return "(%s %s %s)".formatted(of(type, depth), operator, of(type, depth));
  }

  private String extreme(Type type, int depth) {
    return "%s(%s, %s)"
        .formatted(
            choices.of("{greatest|largest}", "{least|smallest}"), of(type, depth), of(type, depth));
  }

  /** A condition. */
  String condition(int depth) {
    Type type = choices.of(Type.LONG, Type.DOUBLE, Type.TEXT);
    return switch (choices.below(17)) {
      case 0, 1, 2 -> comparison(type, depth);
      case 3 -> "(%s AND %s)".formatted(of(Type.BOOL, depth), of(Type.BOOL, depth));
      case 4 -> "(%s OR %s)".formatted(of(Type.BOOL, depth), of(Type.BOOL, depth));
      case 5 -> "(NOT %s)".formatted(of(Type.BOOL, depth));
      case 6 -> "(%s IS %s)".formatted(of(type, depth), choices.of("NULL", "NOT NULL"));
      case 7 ->
          "(%s %s %s AND %s)"
              .formatted(
                  of(type, depth),
                  choices.of("BETWEEN", "NOT BETWEEN"),
                  of(type, depth),
                  of(type, depth));
      case 8 ->
          "(%s %s (%s, %s))"
              .formatted(of(type, depth), choices.of("IN", "NOT IN"), literal(type), literal(type));
      case 9 ->
          "(%s %s %s)"
              .formatted(
                  of(Type.TEXT, depth),
                  choices.of("LIKE", "NOT LIKE"),
                  choices.of("'%o%'", "'c_u%'", "''", "'%'", "'host'"));
      case 10 ->
          "(%s %s %s)"
              .formatted(
                  of(type, depth),
                  choices.of("IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
                  of(type, depth));
      case 11 ->
          "(%s IS %s)"
              .formatted(
                  of(Type.BOOL, depth), choices.of("TRUE", "NOT TRUE", "FALSE", "NOT FALSE"));
      case 12 -> queries.exists(scope, depth);
      case 13 ->
          "(%s %s (%s, %s))"
              .formatted(
                  of(type, depth), choices.of("IN", "NOT IN"), of(type, depth), of(type, depth));
      case 14 ->
          "(%s %s TIMESTAMP '2023-11-14 22:13:25')".formatted(time(depth), choices.of("<", ">="));
      case 15 -> queries.membershipOfPair(scope, depth);
      default -> {
        Type member = choices.chance(8) ? Type.DOUBLE : choices.of(Type.LONG, Type.TEXT);
        yield queries.membership(member, of(member, depth), scope, depth);
      }
    };
  }

  private String comparison(Type type, int depth) {
    Type other = type == Type.DOUBLE && choices.chance(15) ? Type.LONG : type;
    return "(%s %s %s)"
        .formatted(of(type, depth), choices.of("=", "<", ">=", "<>", "<=", ">"), of(other, depth));
  }
}
