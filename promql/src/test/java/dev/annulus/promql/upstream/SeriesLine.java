package dev.annulus.promql.upstream;

import dev.annulus.promql.PromqlException;
import dev.annulus.promql.parser.Parser;
import dev.annulus.promql.series.LabelMatcher;
import dev.annulus.promql.series.Labels;
import dev.annulus.promql.series.Staleness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a script with a series and its values.
 *
 * @param values null where there is none
 * @param histograms whether some values are native histograms, which are then left out
 * @param startTimes whether the line has start timestamps instead of values
 */
record SeriesLine(Labels labels, List<Double> values, boolean histograms, boolean startTimes) {
  private static final String NUMBER = "(?:[Ii]nf|[Nn]a[Nn]|\\d*\\.?\\d+(?:e[+-]?\\d+)?|\\d+\\.)";
  private static final Pattern ITEM =
      Pattern.compile(
          "([+-]?" + NUMBER + "|_|stale)([+-]" + NUMBER + ")?(?:x(\\d+))?",
          Pattern.CASE_INSENSITIVE);

  static SeriesLine parse(String line) {
    int end = endOfMetric(line);
    String metric = line.substring(0, end).strip();
    String rest = line.substring(end).strip();
    boolean startTimes = rest.startsWith("@st") || metric.endsWith("@st");
    Labels labels = labels(metric.replace("@st", ""));
    boolean histograms = rest.contains("{{");
    List<Double> values = new ArrayList<>();
    if (!histograms && !startTimes) {
      for (String item : rest.split("\\s+", -1)) {
        if (!item.isEmpty()) {
          expand(item, values);
        }
      }
    }
    return new SeriesLine(labels, values, histograms, startTimes);
  }

  private static int endOfMetric(String line) {
    boolean braces = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote != '`') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (braces && (c == '"' || c == '\'' || c == '`')) {
        quote = c;
      } else if (c == '{') {
        braces = true;
      } else if (c == '}') {
        return i + 1;
      } else if (!braces && (c == ' ' || c == '\t')) {
        int next = i;
        while (next < line.length() && Character.isWhitespace(line.charAt(next))) {
          next++;
        }
        boolean labelsFollow = line.startsWith("{", next) && !line.startsWith("{{", next);
        if (!labelsFollow) {
          return i;
        }
      }
    }
    return line.length();
  }

  private static Labels labels(String metric) {
    Map<String, String> labels = new HashMap<>();
    List<LabelMatcher> matchers;
    try {
      matchers = Parser.parseSelector(metric);
    } catch (PromqlException e) {
      // No label, or only empty ones: no selector, but a label set.
      matchers = Parser.parseSelector("x" + metric);
      matchers = matchers.subList(0, matchers.size() - 1);
    }
    for (LabelMatcher matcher : matchers) {
      labels.put(matcher.name(), matcher.value());
    }
    return Labels.of(labels);
  }

  private static void expand(String item, List<Double> values) {
    Matcher matcher = ITEM.matcher(item);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a value: " + item);
    }
    String first = matcher.group(1);
    boolean repeated = matcher.group(3) != null;
    int times = repeated ? Integer.parseInt(matcher.group(3)) : 0;
    if (first.equals("_")) {
      for (int i = 0; i < Math.max(times, repeated ? 0 : 1); i++) {
        values.add(null);
      }
      return;
    }
    double value = first.equals("stale") ? Staleness.MARKER : number(first);
    double change = matcher.group(2) == null ? 0 : number(matcher.group(2));
    for (int i = 0; i <= times; i++) {
      values.add(value);
      value = matcher.group(2) == null ? value : value + change;
    }
  }

  static double number(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String unsigned = lower.startsWith("+") || lower.startsWith("-") ? lower.substring(1) : lower;
    double magnitude =
        switch (unsigned) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "nan" -> Double.NaN;
          default -> Double.parseDouble(unsigned);
        };
    return lower.startsWith("-") ? -magnitude : magnitude;
  }
}
