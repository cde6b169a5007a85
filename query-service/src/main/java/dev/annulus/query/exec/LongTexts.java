package dev.annulus.query.exec;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Remembers which reads take long, by their texts, until one of that text does not. The same text
 * with other numbers counts as the same. A guess: two texts may share their hash. Thread-safe.
 */
final class LongTexts {
  private static final int MOST = 10_000;
  private static final int CHARS_COMPARED = 4_000;

  private final Cache<Integer, Boolean> known = Caffeine.newBuilder().maximumSize(MOST).build();

  /** Whether the last read of this text takes or took long. */
  boolean contains(String text) {
    return known.getIfPresent(hash(text)) != null;
  }

  /** Takes note of a read. */
  void remember(String text, boolean takesLong) {
    if (takesLong) {
      known.put(hash(text), true);
    } else {
      known.invalidate(hash(text));
    }
  }

  private static int hash(String text) {
    int length = Math.min(text.length(), CHARS_COMPARED);
    int hash = text.length() > CHARS_COMPARED ? 1 : 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        hash = 31 * hash + c;
      }
    }
    return hash;
  }
}
