package dev.annulus.query.sql.parse;

import java.util.List;

/**
 * The {@code ?} of a prepared statement. Values are put into the text as literals, where the plan
 * cache takes them out again: a statement that is executed often is planned once.
 */
public final class Placeholders {
  private final String sql;
  private final List<Token> places;

  private Placeholders(String sql, List<Token> places) {
    this.sql = sql;
    this.places = places;
  }

  /**
   * Finds the placeholders of a text; those in strings, quoted names and comments are none.
   *
   * @throws dev.annulus.query.sql.api.SqlException if the text cannot be split into tokens
   */
  public static Placeholders of(String sql) {
    return new Placeholders(
        sql, Lexer.tokens(sql).stream().filter(token -> token.isSymbol("?")).toList());
  }

  /** How many there are. */
  public int count() {
    return places.size();
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
      Token place = places.get(i);
      // Spaces keep a minus sign from making a comment of the one before it.
      filled.append(sql, from, place.start()).append(' ').append(literals.get(i)).append(' ');
      from = place.end();
    }
    return filled.append(sql, from, sql.length()).toString();
  }
}
