package dev.annulus.cli;

/** Formats durations briefly. */
final class Spans {
  private Spans() {}

  /** Such as {@code 10 d}, {@code 1 h} or {@code 90 s}: in the largest unit that divides it. */
  static String words(long seconds) {
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
