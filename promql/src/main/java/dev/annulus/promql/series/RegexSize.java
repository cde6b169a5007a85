package dev.annulus.promql.series;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large the program of a regular expression gets. RE2 writes repetitions out, so that nested
 * ones multiply: <code>((a{1000}){100}){100}</code> would fill the heap.
 */
final class RegexSize {
  static final long MAX = 20_000;

  // Fixed, and linear: no repetition in it can match the same text in two ways.
  private static final Pattern REPETITION = Pattern.compile("\\{(\\d{1,4})(,?)(\\d{0,4})\\}");

  private final String regex;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long sum;
  private long last;

  private RegexSize(String regex) {
    this.regex = regex;
  }

  /** About how many characters and classes it is when repetitions are written out. */
  static long of(String regex) {
    return new RegexSize(regex).count();
  }

  private long count() {
    Matcher repetition = REPETITION.matcher(regex);
    int i = 0;
    while (i < regex.length()) {
      char c = regex.charAt(i);
      if (c == '{' && repetition.region(i, regex.length()).lookingAt()) {
        long times = Long.parseLong(repetition.group(1));
        String most = repetition.group(3);
        last = times(last, Math.max(times, most.isEmpty() ? 1 : Long.parseLong(most)));
        i = repetition.end();
      } else if (c == '(') {
        outer.push(sum + last);
        sum = 0;
        last = 0;
        i++;
      } else if (c == ')' && !outer.isEmpty()) {
        last = Math.max(1, sum + last);
        sum = outer.pop();
        i++;
      } else {
        i = atom(i);
      }
      if (sum + last > MAX) {
        return sum + last;
      }
    }
    long total = sum + last;
    for (long open : outer) {
      total += open;
    }
    return total;
  }

  /** Takes what is neither a group nor a repetition; returns where it ends. */
  private int atom(int at) {
    char c = regex.charAt(at);
    if (c == '*' || c == '+' || c == '?') {
      return at + 1;
    }
    sum += last;
    last = 1;
    if (c == '\\') {
      boolean braces = at + 2 < regex.length() && regex.charAt(at + 2) == '{';
      boolean named = braces && "pPx".indexOf(regex.charAt(at + 1)) >= 0;
      int end = named ? regex.indexOf('}', at) : -1;
      return end < 0 ? at + 2 : end + 1;
    }
    if (c == '[') {
      // The first character of a class is never its end.
      int from = at + (regex.startsWith("[^", at) ? 3 : 2);
      int end = from >= regex.length() ? -1 : endOfClass(from);
      return end < 0 ? regex.length() : end + 1;
    }
    return at + 1;
  }

  private int endOfClass(int from) {
    for (int i = from; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[' && regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0) {
        i = regex.indexOf(":]", i) + 1;
      } else if (c == ']') {
        return i;
      }
    }
    return -1;
  }

  private static long times(long size, long times) {
    return size > 0 && times > MAX / size ? MAX + 1 : size * times;
  }
}
