package dev.annulus.promql.eval;

import com.google.re2j.Matcher;

/**
 * A replacement as Go's {@code Regexp.Expand} takes it: {@code $1}, {@code $name}, {@code ${name}};
 * {@code $$} is a dollar; a group that is not there is empty.
 */
final class Replacement {
  private final String template;

  Replacement(String template) {
    this.template = template;
  }

  String expand(Matcher matcher) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$' || at + 1 == template.length()) {
        text.append(c);
        at++;
      } else if (template.charAt(at + 1) == '$') {
        text.append('$');
        at += 2;
      } else {
        at = group(matcher, at + 1, text);
      }
    }
    return text.toString();
  }

  /** Appends the group named at {@code at}; returns where the template goes on. */
  private int group(Matcher matcher, int at, StringBuilder text) {
    boolean braces = template.charAt(at) == '{';
    int start = braces ? at + 1 : at;
    int end = start;
    while (end < template.length() && isNamePart(template.charAt(end))) {
      end++;
    }
    boolean closed = !braces || (end < template.length() && template.charAt(end) == '}');
    if (end == start || !closed) {
      text.append('$');
      return at;
    }
    text.append(value(matcher, template.substring(start, end)));
    return braces ? end + 1 : end;
  }

  private static String value(Matcher matcher, String name) {
    boolean isNumber = name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 6;
    Integer group = isNumber ? Integer.valueOf(name) : matcher.pattern().namedGroups().get(name);
    if (group == null || group > matcher.groupCount()) {
      return "";
    }
    String value = matcher.group(group);
    return value == null ? "" : value;
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
