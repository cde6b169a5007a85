package dev.annulus.cli;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the names of Prometheus metrics in texts. */
final class MetricNames {
  private static final Pattern NAME = Pattern.compile("\\b(?:annulus|jvm)(?:_[a-z0-9]+){2,}\\b");

  private MetricNames() {}

  /** Those in rules, a dashboard or a document. */
  static Set<String> in(String text) {
    Set<String> names = new TreeSet<>();
    Matcher name = NAME.matcher(text);
    while (name.find()) {
      names.add(name.group());
    }
    return names;
  }

  /** Those that an exposition declares, and those of its samples. */
  static Set<String> scraped(String exposition) {
    return exposition
        .lines()
        .filter(line -> !line.startsWith("# HELP"))
        .map(line -> line.replace("# TYPE ", ""))
        .map(line -> line.replaceAll("[{ ].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
