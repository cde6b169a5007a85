package dev.annulus.query.http;

import dev.annulus.service.http.Problem;
import java.util.ArrayList;
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
  private static final Pattern IN_LIST =
      Pattern.compile("\\bIN\\s*\\(\\s*$", Pattern.CASE_INSENSITIVE);

  private final String original;
  private final String sql;
  private final List<Filled> filled;

  private QueryTemplate(String original, String sql, List<Filled> filled) {
    this.original = original;
    this.sql = sql;
    this.filled = filled;
  }

  /** A placeholder: where it began and ended in the original, and in the filled text. */
  private record Filled(int from, int to, int filledFrom, int filledTo) {}

  /**
   * Fills placeholders in.
   *
   * @param selectors by alias, the ids it stands for; several only inside {@code IN (…)}
   * @param numbers by name, such as {@code start_ts}
   * @throws dev.annulus.service.http.ProblemException 400 for an unknown placeholder, or several
   *     ids where one is needed
   */
  static QueryTemplate fill(
      String sql, Map<String, List<Long>> selectors, Map<String, Long> numbers) {
    Matcher matcher = PLACEHOLDER.matcher(sql);
    StringBuilder text = new StringBuilder();
    List<Filled> filled = new ArrayList<>();
    int copied = 0;
    while (matcher.find()) {
      text.append(sql, copied, matcher.start());
      int start = text.length();
      boolean inList = IN_LIST.matcher(text).find();
      text.append(value(matcher.group(1), inList, selectors, numbers));
      filled.add(new Filled(matcher.start(), matcher.end(), start, text.length()));
      copied = matcher.end();
    }
    text.append(sql, copied, sql.length());
    return new QueryTemplate(sql, text.toString(), filled);
  }

  private static String value(
      String name, boolean inList, Map<String, List<Long>> selectors, Map<String, Long> numbers) {
    List<Long> ids = selectors.get(name);
    if (ids != null) {
      if (ids.size() > 1 && !inList) {
        throw Problem.badRequest(
                "The selector %s matches %d metrics, but {{%s}} stands where one id is needed."
                    .formatted(name, ids.size(), name))
            .with("hint", "Use it as IN ({{" + name + "}}), or add tags to the selector.")
            .toException();
      }
      return ids.stream().map(id -> Long.toString(id)).collect(Collectors.joining(", "));
    }
    Long number = numbers.get(name);
    if (number == null) {
      throw Problem.badRequest("There is no selector named " + name + " for {{" + name + "}}.")
          .toException();
    }
    return number.toString();
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
