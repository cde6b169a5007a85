package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Scope.Column;
import dev.annulus.query.sql.differential.Sources.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Generates one query. */
final class Queries {
  private static final int DEPTH = 2;

  private final Choices choices;
  private final Sources sources;

  Queries(Choices choices) {
    this.choices = choices;
    this.sources = new Sources(choices, this);
  }

  static GeneratedQuery generate(Choices choices) {
    return new Queries(choices).generate();
  }

  private GeneratedQuery generate() {
    List<Long> ids =
        choices.chance(8) ? Rows.IDS.subList(0, 1 + choices.below(Rows.IDS.size())) : null;
    Long start = choices.chance(5) ? Rows.START + choices.below(20) : null;
    boolean pushed = !choices.chance(25);
    String with = choices.chance(20) ? with() : "";
    if (!with.isEmpty() && choices.chance(30)) {
      with = with.stripTrailing() + with().replaceFirst("WITH", ",");
    }
    List<Type> shape = shape();
    boolean plain = !choices.chance(12);
    String sql = plain ? select(shape, DEPTH, null, true) : set(shape, DEPTH, null);
    boolean ordered = choices.chance(30);
    return new GeneratedQuery(
        with + sql + (ordered ? orderBy(shape) + limit() : ""), ordered, ids, start, pushed);
  }

  private String with() {
    String name = sources.name();
    List<Type> shape = shape();
    String sql = query(shape, DEPTH - 1, null);
    sources.addNamed(name, shape);
    return "WITH %s(%s) AS (%s) ".formatted(name, Sources.columnNames(shape), sql);
  }

  /** The types of one to four columns. */
  List<Type> shape() {
    List<Type> shape = new ArrayList<>();
    for (int count = 1 + choices.below(4); shape.size() < count; ) {
      shape.add(choices.of(Type.LONG, Type.DOUBLE, Type.TEXT, Type.LONG, Type.BOOL));
    }
    return shape;
  }

  /** A query, maybe only its first rows. */
  String queryOrPart(List<Type> shape, int depth, @Nullable Scope outer) {
    return choices.chance(15)
        ? select(shape, depth, outer, false) + orderBy(shape) + limit()
        : query(shape, depth, outer);
  }

  private String query(List<Type> shape, int depth, @Nullable Scope outer) {
    return depth > 0 && choices.chance(15)
        ? set(shape, depth, outer)
        : select(shape, depth, outer, false);
  }

  private String set(List<Type> shape, int depth, @Nullable Scope outer) {
    String operator =
        choices.of("UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL");
    return "(%s) %s (%s)"
        .formatted(query(shape, depth - 1, outer), operator, query(shape, depth - 1, outer));
  }

  private String orderBy(List<Type> shape) {
    StringBuilder order = new StringBuilder(" ORDER BY ");
    int first = choices.below(shape.size());
    for (int i = 0; i < shape.size(); i++) {
      order.append(i == 0 ? "" : ", ").append(1 + (first + i) % shape.size());
      order.append(choices.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST"));
    }
    return order.toString();
  }

  private String limit() {
    return choices.of(
        "",
        " LIMIT " + choices.below(7),
        " LIMIT 5 OFFSET " + choices.below(7),
        " OFFSET 2",
        " OFFSET 1 ROWS FETCH NEXT 3 ROWS ONLY");
  }

  private String select(List<Type> shape, int depth, @Nullable Scope outer, boolean outermost) {
    Source source = sources.from(depth, outer);
    Scope scope = new Scope(source.columns(), outer);
    Expressions rows = new Expressions(choices, this, scope);
    String where = where(source, rows);
    return switch (choices.below(5)) {
      case 0, 1 -> "SELECT " + items(shape, rows, depth) + " FROM " + source.sql() + where;
      case 2 -> "SELECT DISTINCT " + items(shape, rows, 1) + " FROM " + source.sql() + where;
      case 3 -> windowed(shape, source, where, scope, rows);
      default -> grouped(shape, source, where, scope, outermost);
    };
  }

  private String where(Source source, Expressions rows) {
    List<String> conditions = new ArrayList<>(source.conditions());
    if (choices.chance(40)) {
      conditions.add(rows.condition(1));
    }
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private static String items(List<Type> shape, Expressions expressions, int depth) {
    List<String> items = new ArrayList<>();
    for (Type type : shape) {
      items.add(expressions.of(type, depth) + " AS c" + items.size());
    }
    return String.join(", ", items);
  }

  private String windowed(
      List<Type> shape, Source source, String where, Scope scope, Expressions rows) {
    Windows windows = new Windows(choices, rows, scope);
    List<String> items = new ArrayList<>();
    for (Type type : shape) {
      String item = choices.chance(60) ? windows.of(type).sql() : rows.of(type, 1);
      items.add(item + " AS c" + items.size());
    }
    return "SELECT " + String.join(", ", items) + " FROM " + source.sql() + where;
  }

  private String grouped(
      List<Type> shape, Source source, String where, Scope scope, boolean outermost) {
    Expressions rows = new Expressions(choices, this, scope);
    Aggregates aggregates = new Aggregates(choices, rows, scope);
    List<Column> keys = aggregates.keys();
    String groupBy = keys.isEmpty() ? "" : aggregates.groupBy(keys);
    List<Column> columns = new ArrayList<>(keys);
    if (groupBy.contains("(") && keys.stream().allMatch(Column::isPlain)) {
      keys.forEach(key -> columns.add(new Column("grouping(" + key.sql() + ")", Type.LONG)));
    }
    List<Type> types = new ArrayList<>(shape);
    types.addAll(Collections.nCopies(1, Type.LONG));
    types.forEach(type -> columns.add(aggregates.of(type)));
    Expressions groups = new Expressions(choices, this, new Scope(columns, scope.outer()));
    String having = choices.chance(20) ? " HAVING " + groups.condition(1) : "";
    List<String> items = new ArrayList<>();
    for (Type type : shape) {
      boolean inexact = outermost && type == Type.DOUBLE && choices.chance(30);
      items.add((inexact ? aggregates.inexact() : groups.of(type, 1)) + " AS c" + items.size());
    }
    return "SELECT "
        + String.join(", ", items)
        + " FROM "
        + source.sql()
        + where
        + groupBy
        + having;
  }

  /** What a sub-query reads, which may have sub-queries of its own. */
  private Source nested(int depth, Scope outer) {
    return sources.from(choices.chance(15) ? 1 : depth - 1, outer);
  }

  /** A sub-query of one row at most. */
  String scalar(Type type, Scope outer, int depth) {
    Source source = nested(depth, outer);
    Scope scope = new Scope(source.columns(), outer);
    Expressions rows = new Expressions(choices, this, scope);
    if (choices.chance(15)) {
      return "(SELECT %s AS c0 FROM %s%s ORDER BY 1%s LIMIT 1)"
          .formatted(
              rows.of(type, 0),
              source.sql(),
              correlated(source, scope),
              choices.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST"));
    }
    String aggregate = new Aggregates(choices, rows, scope).of(type).sql();
    return "(SELECT %s FROM %s%s)".formatted(aggregate, source.sql(), correlated(source, scope));
  }

  String exists(Scope outer, int depth) {
    Source source = nested(depth, outer);
    return "(%s (SELECT 1 FROM %s%s))"
        .formatted(
            choices.of("EXISTS", "NOT EXISTS"),
            source.sql(),
            correlated(source, new Scope(source.columns(), outer)));
  }

  String membership(Type type, String member, Scope outer, int depth) {
    Source source = nested(depth, outer);
    Scope scope = new Scope(source.columns(), outer);
    String item = new Expressions(choices, this, scope).of(type, 0);
    return "(%s %s (SELECT %s FROM %s%s))"
        .formatted(
            member, choices.of("IN", "NOT IN"), item, source.sql(), correlated(source, scope));
  }

  /** Whether two values are those of a row; the reference asks no correlated query for that. */
  String membershipOfPair(Scope outer, int depth) {
    Source source = sources.from(depth - 1, null);
    Type first = choices.of(Type.LONG, Type.TEXT);
    Type second = choices.of(Type.LONG, Type.TEXT);
    Expressions inner = new Expressions(choices, this, new Scope(source.columns(), null));
    Expressions own = new Expressions(choices, this, outer);
    return "((%s, %s) %s (SELECT %s, %s FROM %s%s))"
        .formatted(
            own.of(first, 0),
            own.of(second, 0),
            choices.of("IN", "NOT IN"),
            inner.of(first, 0),
            inner.of(second, 0),
            source.sql(),
            source.conditions().isEmpty()
                ? ""
                : " WHERE " + String.join(" AND ", source.conditions()));
  }

  private String correlated(Source source, Scope scope) {
    List<String> conditions = new ArrayList<>(source.conditions());
    Scope outer = scope.outer();
    for (int percent = 60; outer != null && choices.chance(percent); percent /= 3) {
      Type type = choices.chance(8) ? Type.DOUBLE : choices.of(Type.LONG, Type.TEXT);
      List<Column> own = scope.own(type);
      List<Column> others = outer.own(type).stream().filter(Column::isPlain).toList();
      if (!own.isEmpty() && !others.isEmpty()) {
        String comparison = choices.chance(15) ? "<" : "=";
        conditions.add(choices.of(own).sql() + " " + comparison + " " + choices.of(others).sql());
      }
    }
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }
}
