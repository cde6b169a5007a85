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

  /** Whether the last read of a text of this {@link #hash} takes or took long. */
  boolean contains(int text) {
    return known.getIfPresent(text) != null;
  }

  /** Takes note of a read whose text has this {@link #hash}. */
  void remember(int text, boolean takesLong) {
    if (takesLong) {
      known.put(text, true);
    } else {
      known.invalidate(text);
    }
  }

  /** The same for texts that differ in digits only. */
  static int hash(String text) {
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
