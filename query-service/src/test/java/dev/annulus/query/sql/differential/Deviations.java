package dev.annulus.query.sql.differential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the engine is known to answer otherwise than the reference. The file says how it is
 * written.
 */
final class Deviations {
  private final List<Deviation> all;

  private Deviations(List<Deviation> all) {
    this.all = all;
  }

  /**
   * A known deviation.
   *
   * @param isRefusal whether the pattern is of the message with which the engine refuses a query;
   *     otherwise it is of queries whose rows differ. A fault of the engine is no deviation
   * @param example a query that deviates
   */
  record Deviation(String reason, boolean isRefusal, Pattern pattern, GeneratedQuery example) {
    boolean explains(GeneratedQuery query, Answer ours) {
      return isRefusal
          ? ours instanceof Answer.Refusal refusal
              && !refusal.isFault()
              && pattern.matcher(refusal.message()).find()
          : ours instanceof Answer.Rows && pattern.matcher(query.ours()).find();
    }
  }

  static Deviations none() {
    return new Deviations(List.of());
  }

  static Deviations read() throws IOException {
    try (InputStream in = Deviations.class.getResourceAsStream("/differential/deviations.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<Deviation> all = new ArrayList<>();
      for (String entry : text.substring(text.indexOf("\n\n")).strip().split("\n\n+")) {
        all.add(parse(entry.lines().toList()));
      }
      return new Deviations(all);
    }
  }

  private static Deviation parse(List<String> lines) {
    if (lines.size() != 3 || !lines.get(1).matches("(refused|differs): .+")) {
      throw new IllegalArgumentException("not a reason, a kind and a query: " + lines);
    }
    String[] kind = lines.get(1).split(": ", 2);
    return new Deviation(
        lines.get(0),
        kind[0].equals("refused"),
        Pattern.compile(kind[1]),
        new GeneratedQuery(lines.get(2), false, null, null, true));
  }

  List<Deviation> all() {
    return all;
  }

  boolean explain(GeneratedQuery query, Answer ours) {
    return all.stream().anyMatch(deviation -> deviation.explains(query, ours));
  }
}
