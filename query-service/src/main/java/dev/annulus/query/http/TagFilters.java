package dev.annulus.query.http;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import dev.annulus.service.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one selector. Patterns are RE2, which needs linear time whatever the pattern.
 *
 * @param exact tags that a metric must have, which an index finds
 * @param others what has to be asked of each metric
 */
record TagFilters(List<Tag> exact, List<Predicate<Metric>> others) {
  private static final int MAX_FILTERS = 32;
  private static final int MAX_PATTERN = 1_000;

  /**
   * Reads filters.
   *
   * @param where names them in problems
   * @throws dev.annulus.service.http.ProblemException 400 for what is no filter
   */
  static TagFilters of(@Nullable List<QueryRequest.Filter> filters, String where) {
    List<Tag> exact = new ArrayList<>();
    List<Predicate<Metric>> others = new ArrayList<>();
    List<QueryRequest.Filter> all = filters == null ? List.of() : filters;
    if (all.size() > MAX_FILTERS) {
      throw Problem.badRequest(where + ": may be at most " + MAX_FILTERS).toException();
    }
    for (int i = 0; i < all.size(); i++) {
      String place = where + "[" + i + "]";
      QueryRequest.Filter filter = Requests.required(place, all.get(i));
      String tag = Requests.required(place + ".tag", filter.tag());
      String value = Requests.required(place + ".value", filter.value());
      String op = filter.op() == null ? "=" : filter.op();
      switch (op) {
        case "=" -> {
          if (value.isEmpty()) {
            others.add(metric -> valueOf(metric, tag).isEmpty());
          } else {
            exact.add(new Tag(tag, value));
          }
        }
        case "!=" -> others.add(metric -> !valueOf(metric, tag).equals(value));
        case "=~", "!~" -> {
          Pattern pattern = pattern(value, place);
          boolean wanted = op.equals("=~");
          others.add(metric -> pattern.matches(valueOf(metric, tag)) == wanted);
        }
        default ->
            throw Problem.badRequest(place + ".op: must be =, !=, =~ or !~, got " + op)
                .toException();
      }
    }
    return new TagFilters(exact, others);
  }

  /** Whether a metric passes those filters that no index answers. */
  boolean pass(Metric metric) {
    return others.stream().allMatch(filter -> filter.test(metric));
  }

  private static String valueOf(Metric metric, String tag) {
    return metric.key().tags().stream()
        .filter(own -> own.key().equals(tag))
        .map(Tag::value)
        .findFirst()
        .orElse("");
  }

  private static Pattern pattern(String text, String place) {
    if (text.length() > MAX_PATTERN) {
      throw Problem.badRequest(
              place + ".value: a pattern may have at most " + MAX_PATTERN + " characters")
          .toException();
    }
    try {
      return Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw Problem.badRequest(place + ".value: is not a regular expression: " + e.getDescription())
          .toException();
    }
  }
}
