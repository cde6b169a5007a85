package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Scope.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Generates what stands after FROM. */
final class Sources {
  private static final int MOST_JOINED = 3;
  private static final List<String> LATERALS =
      List.of(" CROSS JOIN LATERAL %s", " LEFT JOIN LATERAL %s ON TRUE");

  private final Choices choices;
  private final Queries queries;
  private final List<Source> named = new ArrayList<>();
  private int names;

  Sources(Choices choices, Queries queries) {
    this.choices = choices;
    this.queries = queries;
  }

  /**
   * Relations, joined.
   *
   * @param conditions that WHERE has to hold, since they bound what is read
   */
  record Source(String sql, List<Column> columns, List<String> conditions) {
    Source {
      columns = List.copyOf(columns);
      conditions = List.copyOf(conditions);
    }
  }

  /** A new name. */
  String name() {
    return "t" + names++;
  }

  /** Lets the queries to come read a common table expression. */
  void addNamed(String name, List<Type> shape) {
    named.add(new Source(name, columns("", shape), List.of()));
  }

  /** One relation or several. */
  Source from(int depth, @Nullable Scope outer) {
    Source source = relation(depth, outer);
    for (int joined = 1; joined < MOST_JOINED && choices.chance(35); joined++) {
      source =
          depth > 0 && choices.chance(10)
              ? lateral(source, LATERALS, depth, outer)
              : join(source, relation(depth - 1, outer), outer);
    }
    return choices.chance(5) ? listed(source, depth, outer) : source;
  }

  /** With another after a comma, which binds weaker than joins. */
  private Source listed(Source source, int depth, @Nullable Scope outer) {
    if (depth > 0 && choices.chance(50)) {
      return lateral(source, List.of(", LATERAL %s"), depth, outer);
    }
    Source first = relation(0, outer);
    return new Source(
        first.sql() + ", " + source.sql(),
        Stream.concat(first.columns().stream(), source.columns().stream()).toList(),
        Stream.concat(first.conditions().stream(), source.conditions().stream()).toList());
  }

  /** A sub-query that refers to what stands before. */
  private Source lateral(Source left, List<String> joins, int depth, @Nullable Scope outer) {
    Source right = derived(depth, new Scope(left.columns(), outer));
    return new Source(
        left.sql() + choices.of(joins).formatted(right.sql()),
        Stream.concat(left.columns().stream(), right.columns().stream()).toList(),
        left.conditions());
  }

  private Source join(Source left, Source right, @Nullable Scope outer) {
    List<Column> columns =
        Stream.concat(left.columns().stream(), right.columns().stream()).toList();
    List<String> conditions =
        Stream.concat(left.conditions().stream(), right.conditions().stream()).toList();
    String kind = choices.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN");
    String equality = equality(left, right);
    if (equality == null) {
      return new Source(left.sql() + " CROSS JOIN " + right.sql(), columns, conditions);
    }
    String more =
        choices.chance(20)
            ? " AND " + new Expressions(choices, queries, new Scope(columns, outer)).condition(0)
            : "";
    if (equality.matches("t\\d+\\.metric_id = t\\d+\\.metric_id") && choices.chance(10)) {
      return new Source(
          "%s %s %s USING (metric_id)".formatted(left.sql(), kind, right.sql()),
          columns,
          conditions);
    }
    return new Source(
        "%s %s %s ON %s%s".formatted(left.sql(), kind, right.sql(), equality, more),
        columns,
        conditions);
  }

  private @Nullable String equality(Source left, Source right) {
    Type type = choices.chance(15) ? Type.TEXT : choices.chance(8) ? Type.DOUBLE : Type.LONG;
    boolean mixed = type == Type.DOUBLE && choices.chance(30);
    List<Column> ofLeft = new Scope(left.columns(), null).own(type);
    List<Column> ofRight = new Scope(right.columns(), null).own(mixed ? Type.LONG : type);
    if (ofLeft.isEmpty() || ofRight.isEmpty()) {
      return null;
    }
    boolean first = !choices.chance(30); // ids, mostly
    String a = first ? ofLeft.get(0).sql() : choices.of(ofLeft).sql();
    String b = first ? ofRight.get(0).sql() : choices.of(ofRight).sql();
    return a + " = " + b;
  }

  private Source relation(int depth, @Nullable Scope outer) {
    int choice = choices.below(12);
    if (choice >= 10 && !named.isEmpty()) {
      return aliased(choices.of(named));
    }
    return switch (choice) {
      case 0, 1 -> values();
      case 2, 3 -> metrics();
      case 4 -> tags();
      case 5, 6, 7 -> samples();
      case 8 -> numbers();
      default -> depth > 0 ? derived(depth, outer) : samples();
    };
  }

  private Source metrics() {
    String name = name();
    return new Source(
        "metrics AS " + name,
        List.of(
            new Column(name + ".metric_id", Type.LONG),
            new Column(name + ".name", Type.TEXT),
            new Column(name + ".type", Type.LONG),
            new Column(name + ".step", Type.LONG)),
        List.of());
  }

  private Source tags() {
    String name = name();
    return new Source(
        "metric_tags AS " + name,
        List.of(
            new Column(name + ".metric_id", Type.LONG),
            new Column(name + ".tag_value", Type.TEXT),
            new Column(name + ".tag_key", Type.TEXT)),
        List.of());
  }

  private Source samples() {
    String name = name();
    List<Column> columns =
        List.of(
            new Column(name + ".metric_id", Type.LONG),
            new Column(name + ".value", Type.DOUBLE),
            new Column(name + ".ts", Type.LONG));
    int count = 1 + choices.below(3);
    int first = choices.below(Rows.IDS.size());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(String.valueOf(Rows.IDS.get((first + i) % Rows.IDS.size())));
    }
    String bound = "metric_id IN (" + String.join(", ", ids) + ")";
    if (choices.chance(30)) {
      bound += " AND ts > " + (Rows.START + choices.below(20));
    }
    if (choices.chance(20)) {
      bound += " AND value >= " + Expressions.doubleLiteral(choices.of("0.0", "-1.0", "1.5"));
    }
    return choices.chance(50)
        ? new Source(
            "samples AS " + name,
            columns,
            List.of(name + "." + bound.replace("AND ", "AND " + name + ".")))
        : new Source("(SELECT * FROM samples WHERE " + bound + ") AS " + name, columns, List.of());
  }

  private Source values() {
    String name = name();
    List<Type> types = List.of(Type.LONG, Type.LONG, Type.DOUBLE, Type.TEXT);
    Expressions literals = new Expressions(choices, queries, new Scope(List.of(), null));
    List<String> rows = new ArrayList<>();
    for (int count = 1 + choices.below(4); rows.size() < count; ) {
      String id = Expressions.longLiteral(String.valueOf(1 + choices.below(6)));
      List<String> row = new ArrayList<>(List.of(id));
      types.stream().skip(1).map(literals::literal).forEach(row::add);
      rows.add("(" + String.join(", ", row) + ")");
    }
    return new Source(
        "(VALUES %s) AS %s(%s)".formatted(String.join(", ", rows), name, columnNames(types)),
        columns(name, types),
        List.of());
  }

  private Source numbers() {
    String name = name();
    String call = "generate_series(%d, %d)".formatted(choices.below(3), choices.below(9));
    return new Source(
        "{TABLE(|}%s{)|} AS %s(c0)".formatted(call, name),
        columns(name, List.of(Type.LONG)),
        List.of());
  }

  private Source derived(int depth, @Nullable Scope outer) {
    String name = name();
    List<Type> shape = queries.shape();
    String sql = queries.queryOrPart(shape, depth - 1, outer);
    return new Source(
        "(%s) AS %s(%s)".formatted(sql, name, columnNames(shape)), columns(name, shape), List.of());
  }

  private Source aliased(Source source) {
    String name = name();
    List<Column> columns =
        source.columns().stream()
            .map(column -> new Column(name + column.sql(), column.type()))
            .toList();
    return new Source(source.sql() + " AS " + name, columns, List.of());
  }

  static String columnNames(List<Type> shape) {
    return String.join(", ", columns("", shape).stream().map(c -> c.sql().substring(1)).toList());
  }

  private static List<Column> columns(String name, List<Type> shape) {
    List<Column> columns = new ArrayList<>();
    for (Type type : shape) {
      columns.add(new Column(name + ".c" + columns.size(), type));
    }
    return columns;
  }
}
