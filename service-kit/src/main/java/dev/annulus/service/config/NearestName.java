package dev.annulus.service.config;

import java.util.Collection;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Finds the name that a misspelled one was probably meant to be. */
public final class NearestName {
  /** Longer names are not compared: the distance takes time quadratic in their length. */
  private static final int LONGEST = 64;

  private NearestName() {}

  /**
   * The known name with the fewest edits (Levenshtein) from this one, at most a third of its
   * length. Letter case does not count.
   *
   * @return null if no known name is near enough
   */
  public static @Nullable String of(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return null;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      if (fewest == 0) {
        break;
      }
      int most = Math.min(fewest - 1, Math.max(1, (candidate.length() + 1) / 3));
      int edits = new LevenshteinDistance(most).apply(lower, candidate.toLowerCase(Locale.ROOT));
      if (edits >= 0) {
        nearest = candidate;
        fewest = edits;
      }
    }
    return nearest;
  }
}
