package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The {@code ?} of a prepared statement. Values are put into the text as literals, where the plan
 * cache takes them out again: a statement that is executed often is planned once.
 */
public final class Placeholders {
  /** Of a text without any. */
  public static final Placeholders NONE = new Placeholders("", List.of());

  private static final Set<String> COUNTED = Set.of("LIMIT", "OFFSET", "FIRST", "NEXT");

  private final String sql;
  private final List<Place> places;

  private Placeholders(String sql, List<Place> places) {
    this.sql = sql;
    this.places = places;
  }

  /**
   * A placeholder.
   *
   * @param isCount whether it stands for how many rows: only a number may stand there
   */
  private record Place(SqlToken token, boolean isCount) {}

  /**
   * Finds the placeholders of a text; those in strings, quoted names and comments are none.
   *
   * @throws dev.annulus.query.sql.SqlException if the text cannot be split into tokens
   */
  public static Placeholders of(String sql) {
    List<Place> places = new ArrayList<>();
    boolean isCount = false;
    for (SqlToken token : SqlLexer.tokens(sql)) {
      if (token.isSymbol("?")) {
        places.add(new Place(token, isCount));
      } else if (!token.isSymbol(",")) { // LIMIT ?, ?
        isCount = COUNTED.contains(token.keyword());
      }
    }
    return new Placeholders(sql, places);
  }

  /** How many there are. */
  public int count() {
    return places.size();
  }

  /** The text with something in each place that parses: to find out what the result looks like. */
  public String fillUnknown() {
    return fill(places.stream().map(place -> place.isCount() ? "1" : "NULL").toList());
  }

  /**
   * The text with each placeholder replaced.
   *
   * @param literals SQL, one for each placeholder, in order
   * @throws IllegalArgumentException if their number is another
   */
  public String fill(List<String> literals) {
    if (literals.size() != places.size()) {
      throw new IllegalArgumentException(
          "the statement has %d parameters, not %d".formatted(places.size(), literals.size()));
    }
    StringBuilder filled = new StringBuilder(sql.length() + 16 * literals.size());
    int from = 0;
    for (int i = 0; i < places.size(); i++) {
      SqlToken place = places.get(i).token();
      // Spaces keep a minus sign from making a comment of the one before it.
      filled.append(sql, from, place.start()).append(' ').append(literals.get(i)).append(' ');
      from = place.end();
    }
    return filled.append(sql, from, sql.length()).toString();
  }
}
