package dev.annulus.query.http;

import dev.annulus.service.http.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * SQL with <code>{{placeholders}}</code>, filled in. Remembers where, so that the position of an
 * error can be told in the text the client knows.
 */
final class QueryTemplate {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([A-Za-z0-9_.-]+)\\s*}}");

  private final String original;
  private final String sql;
  private final List<long[]> sets;
  private final List<Filled> filled;

  private QueryTemplate(String original, String sql, List<long[]> sets, List<Filled> filled) {
    this.original = original;
    this.sql = sql;
    this.sets = sets;
    this.filled = filled;
  }

  /** A placeholder: where it began and ended in the original, and in the filled text. */
  private record Filled(int from, int to, int filledFrom, int filledTo) {}

  /**
   * Fills placeholders in.
   *
   * @param selectors by alias, the ids it stands for; several only inside {@code IN (…)}, where
   *     they become one of {@link #sets}
   * @param numbers by name, such as {@code start_ts}
   * @param mostChars that ids in quotes may take
   * @throws dev.annulus.service.http.ProblemException 400 for an unknown placeholder, or several
   *     ids where one is needed
   */
  static QueryTemplate fill(
      String sql, Map<String, List<Long>> selectors, Map<String, Long> numbers, int mostChars) {
    Matcher matcher = PLACEHOLDER.matcher(sql);
    Filling filling = new Filling(sql, mostChars);
    while (matcher.find()) {
      String name = matcher.group(1);
      List<Long> ids = selectors.get(name);
      Long number = numbers.get(name);
      if (ids == null && number == null) {
        throw Problem.badRequest("There is no selector named " + name + " for {{" + name + "}}.")
            .toException();
      }
      filling.put(name, ids == null ? List.of(number) : ids, matcher.start(), matcher.end());
    }
    return filling.end();
  }

  /** The text so far. Each character is looked at once. */
  private static final class Filling {
    private final String sql;
    private final int mostChars;
    private final ListPlaces places;
    private final StringBuilder text = new StringBuilder();
    private final List<Filled> filled = new ArrayList<>();
    private final List<long[]> sets = new ArrayList<>();
    private final Map<String, Integer> setsByName = new HashMap<>();
    private int copied;

    Filling(String sql, int mostChars) {
      this.sql = sql;
      this.mostChars = mostChars;
      this.places = new ListPlaces(sql);
    }

    void put(String name, List<Long> ids, int from, int to) {
      text.append(sql, copied, from);
      int start = text.length();
      ListPlaces.Place place = places.at(from, to);
      if (ids.size() == 1) {
        text.append(ids.get(0));
      } else if (place == ListPlaces.Place.ELEMENT) {
        text.append("{{").append(setsByName.computeIfAbsent(name, any -> add(ids))).append("}}");
      } else if (place == ListPlaces.Place.QUOTED && 20L * ids.size() <= mostChars - start) {
        text.append(ids.stream().map(id -> Long.toString(id)).collect(Collectors.joining(", ")));
      } else if (place != ListPlaces.Place.COMMENT) {
        throw Problem.badRequest(
                "The selector %s matches %d metrics, but {{%s}} stands where one id is needed."
                    .formatted(name, ids.size(), name))
            .with("hint", "Use it as IN ({{" + name + "}}), or add tags to the selector.")
            .toException();
      }
      filled.add(new Filled(from, to, start, text.length()));
      copied = to;
    }

    private int add(List<Long> ids) {
      sets.add(ids.stream().mapToLong(id -> id).toArray());
      return sets.size() - 1;
    }

    QueryTemplate end() {
      text.append(sql, copied, sql.length());
      return new QueryTemplate(sql, text.toString(), sets, filled);
    }
  }

  /** What <code>{{0}}</code>, <code>{{1}}</code>, … in the text to run stand for. */
  List<long[]> sets() {
    return sets;
  }

  /** The text to run. */
  String sql() {
    return sql;
  }

  /** The offset in the original text of an offset in the text that was run. */
  int originalOffset(int offset) {
    int shift = 0;
    for (Filled part : filled) {
      if (offset < part.filledFrom()) {
        break;
      }
      if (offset < part.filledTo()) {
        return part.from();
      }
      shift = part.to() - part.filledTo();
    }
    return Math.min(original.length(), Math.max(0, offset + shift));
  }

  /** The text as the client sent it. */
  String original() {
    return original;
  }
}
