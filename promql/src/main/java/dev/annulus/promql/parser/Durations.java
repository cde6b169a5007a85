package dev.annulus.promql.parser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them: {@code 1h30m}, {@code 2w}, {@code 15ms}. */
public final class Durations {
  // Java's own regex: the pattern is fixed and matches in linear time.
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] UNITS = {
    31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1000L, 1L
  };
  private static final String[] NAMES = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final int EXACT_UNITS = 3;

  /** The most that Go's nanoseconds can hold. */
  static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  private Durations() {}

  /**
   * Milliseconds of {@code text}.
   *
   * @throws IllegalArgumentException if it is no duration, or one of more than 292 years
   */
  public static long parseMillis(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = DURATION.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException("not a valid duration string: \"" + text + "\"");
    }
    long millis = 0;
    try {
      for (int i = 0; i < UNITS.length; i++) {
        String count = matcher.group(i + 1);
        if (count != null) {
          millis = Math.addExact(millis, Math.multiplyExact(Long.parseLong(count), UNITS[i]));
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      millis = Long.MAX_VALUE;
    }
    if (millis > MAX_MILLIS) {
      throw new IllegalArgumentException("duration out of range");
    }
    return millis;
  }

  /** The shortest way to write {@code millis}, which may be negative. */
  public static String format(long millis) {
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder(millis < 0 ? "-" : "");
    long rest = Math.abs(millis);
    for (int i = 0; i < UNITS.length; i++) {
      // Years, weeks and days only if nothing is left: 25h is clearer than 1d1h.
      boolean usable = i >= EXACT_UNITS || rest % UNITS[i] == 0;
      if (usable && rest >= UNITS[i]) {
        text.append(rest / UNITS[i]).append(NAMES[i]);
        rest %= UNITS[i];
      }
    }
    return text.toString();
  }

  /** Seconds of a query to milliseconds. */
  static long ofSeconds(double seconds) {
    return Math.round(seconds * 1e9) / 1_000_000;
  }
}
