package dev.annulus.query.sql.syntax;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import org.apache.calcite.sql.parser.SqlParseException;

/** What the parser would have accepted where it failed. */
final class ExpectedTokens {
  private ExpectedTokens() {}

  /** The distinct first tokens, as they are written in SQL; token classes are left out. */
  static Collection<String> of(SqlParseException failure) {
    Collection<String> names = new TreeSet<>();
    int[][] sequences = failure.getExpectedTokenSequences();
    String[] images = failure.getTokenImages();
    if (sequences == null || images == null) {
      return names;
    }
    Arrays.stream(sequences)
        .filter(sequence -> sequence.length > 0)
        .map(sequence -> images[sequence[0]])
        .filter(image -> image.startsWith("\""))
        .forEach(image -> names.add(image.substring(1, image.length() - 1)));
    return names;
  }
}
