package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import dev.annulus.query.sql.SqlLimits;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of one query, checked before any parser sees it: its length, its depth, how many parts
 * it has, that it is one statement and that this statement only reads.
 */
public final class SqlText {
  private static final Set<String> QUERY = Set.of("SELECT", "WITH", "VALUES", "(");
  private static final Set<String> DEEPENING =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "UNION",
          "INTERSECT",
          "EXCEPT",
          "JOIN",
          "SELECT",
          "WHEN",
          "LIKE",
          "BETWEEN",
          "IS");

  private final String sql;
  private final List<SqlToken> tokens;
  private final boolean explain;
  private final Skeleton skeleton;

  private SqlText(String sql, List<SqlToken> tokens, boolean explain, List<Literal> sets) {
    this.sql = sql;
    this.tokens = tokens;
    this.explain = explain;
    this.skeleton = Skeleton.of(sql, tokens, sets);
  }

  /**
   * Checks a text.
   *
   * @throws SqlException if a parser should not see it
   */
  public static SqlText of(String sql, SqlLimits limits) {
    return of(sql, List.of(), limits);
  }

  /**
   * Checks a text.
   *
   * @param sets of ids, each as good as its ids where <code>{{0}}</code>, <code>{{1}}</code>, …
   *     stands in an {@code IN} list
   * @throws SqlException if a parser should not see it
   */
  public static SqlText of(String sql, List<long[]> sets, SqlLimits limits) {
    if (sql.length() > limits.sqlChars()) {
      throw new SqlException(
          SqlErrorCode.TOO_COMPLEX,
          "the SQL has %d characters, at most %d are allowed"
              .formatted(sql.length(), limits.sqlChars()));
    }
    List<SqlToken> tokens = withoutTrailingSemicolons(SqlLexer.tokens(sql));
    if (tokens.isEmpty()) {
      throw new SqlException(SqlErrorCode.SYNTAX_ERROR, "the SQL is empty");
    }
    int prefix = explainPrefix(tokens);
    SqlText text =
        new SqlText(
            sql,
            tokens.subList(prefix, tokens.size()),
            prefix > 0,
            sets.stream().map(Literal::ofIds).toList());
    text.checkStatement();
    text.checkZones();
    text.checkDepth(limits);
    return text;
  }

  /** Whether only the plan is asked for. */
  public boolean isExplain() {
    return explain;
  }

  /** The query without its literals. */
  public Skeleton skeleton() {
    return skeleton;
  }

  /** The query without its literals, those of a list each on its own. */
  public Skeleton skeletonWithoutLists() {
    return Skeleton.of(sql, tokens, false);
  }

  private static List<SqlToken> withoutTrailingSemicolons(List<SqlToken> tokens) {
    int end = tokens.size();
    while (end > 0 && tokens.get(end - 1).isSymbol(";")) {
      end--;
    }
    return tokens.subList(0, end);
  }

  /** How many tokens {@code EXPLAIN [PLAN FOR]} takes; 0 if it is not there. */
  private static int explainPrefix(List<SqlToken> tokens) {
    if (!tokens.get(0).isWord("EXPLAIN")) {
      return 0;
    }
    boolean planFor =
        tokens.size() > 3 && tokens.get(1).isWord("PLAN") && tokens.get(2).isWord("FOR");
    return planFor ? 3 : 1;
  }

  private void checkStatement() {
    for (SqlToken token : tokens) {
      if (token.isSymbol(";")) {
        throw notAQuery("only one statement is allowed", token);
      }
    }
    if (tokens.isEmpty() || !QUERY.contains(tokens.get(0).keyword())) {
      throw notAQuery(
          "only SELECT, WITH, VALUES and EXPLAIN are allowed",
          tokens.isEmpty() ? null : tokens.get(0));
    }
  }

  private void checkZones() {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      SqlToken next = tokens.get(i + 1);
      boolean zone = i + 2 < tokens.size() && tokens.get(i + 2).isWord("ZONE");
      if (tokens.get(i).isWord("AT") && next.isWord("TIME") && zone) {
        throw new SqlException(
            SqlErrorCode.UNSUPPORTED,
            "AT TIME ZONE is not supported: times are in UTC",
            position(tokens.get(i)),
            "date_trunc('day', ts, 'Europe/Berlin') cuts time by the days of a zone",
            null);
      }
    }
  }

  private SqlException notAQuery(String message, @Nullable SqlToken token) {
    return new SqlException(
        SqlErrorCode.NOT_A_QUERY, message, token == null ? null : position(token), null, null);
  }

  private void checkDepth(SqlLimits limits) {
    int depth = 0;
    int parts = 0;
    int literals = 0;
    for (Part part : skeleton.parts()) {
      SqlToken token = part.token();
      switch (part.isList() ? "" : token.keyword()) {
        case "(", "[", "{", "CASE" -> depth++;
        case ")", "]", "}", "END" -> depth = Math.max(0, depth - 1);
        default -> parts += deepens(token) && !part.isList() ? 1 : 0;
      }
      literals += part.literal() >= 0 && !part.isList() ? 1 : 0;
      if (depth > limits.depth()) {
        throw tooComplex("nested deeper than %d levels".formatted(limits.depth()), token);
      }
      if (Math.max(parts, literals) > limits.parts()) {
        throw tooComplex("made of more than %d parts".formatted(limits.parts()), token);
      }
    }
  }

  private static boolean deepens(SqlToken token) {
    return token.kind() == SqlToken.Kind.SYMBOL
        ? !token.isSymbol(",") && !token.isSymbol(".")
        : DEEPENING.contains(token.keyword());
  }

  private SqlException tooComplex(String how, SqlToken token) {
    return new SqlException(
        SqlErrorCode.TOO_COMPLEX, "the query is " + how, position(token), null, null);
  }

  private Position position(SqlToken token) {
    return SqlLexer.position(sql, token.start(), token.end());
  }
}
