package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlConformance;
import org.jspecify.annotations.Nullable;

/** Parses queries. Names keep their case. Thread-safe. */
public final class StatementParser {
  private static final Pattern ENCOUNTERED =
      Pattern.compile("Encountered \"(.*?)\" at line", Pattern.DOTALL);
  private static final Pattern PLACE = Pattern.compile(" at line \\d+, column \\d+\\.?$");
  private static final int MAX_EXPECTED = 8;
  private static final String FRAMES =
      "a frame is of ROWS or RANGE; over the dense_rank() of a sub-query, RANGE counts groups";

  private final SqlParser.Config config;

  public StatementParser(SqlConformance conformance) {
    config =
        SqlParser.config()
            .withParserFactory(SqlBabelParserImpl.FACTORY)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withCaseSensitive(false)
            .withConformance(conformance)
            .withIdentifierMaxLength(128);
  }

  /**
   * The tree of a query.
   *
   * @throws SqlException if the text does not parse or is no query
   */
  public SqlNode parse(Skeleton text) {
    SqlNode node;
    try {
      node = SqlParser.create(text.query(), config).parseStmt();
    } catch (SqlParseException e) {
      throw syntaxError(e);
    }
    node.accept(new Names(text));
    if (!node.isA(SqlKind.QUERY)) {
      throw new SqlException(
          SqlErrorCode.NOT_A_QUERY, "only SELECT, WITH, VALUES and EXPLAIN are allowed");
    }
    return node;
  }

  /** Gives identifiers the names that were hidden from the parser. */
  private static final class Names extends SqlBasicVisitor<Void> {
    private final Skeleton text;

    Names(Skeleton text) {
      this.text = text;
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value
    public Void visit(SqlIdentifier identifier) {
      List<String> names = new ArrayList<>(identifier.names.size());
      List<SqlParserPos> places = new ArrayList<>(identifier.names.size());
      for (int i = 0; i < identifier.names.size(); i++) {
        SqlParserPos place = identifier.getComponentParserPosition(i);
        String parsed = identifier.names.get(i);
        names.add(text.name(place.getLineNum(), place.getColumnNum(), parsed));
        places.add(place);
      }
      if (!names.equals(identifier.names)) {
        identifier.setNames(names, places);
      }
      return null;
    }
  }

  private static SqlException syntaxError(SqlParseException e) {
    String message = BareNames.revealed(String.valueOf(e.getMessage()));
    Matcher found = ENCOUNTERED.matcher(message);
    String text;
    if (found.find()) {
      String token = found.group(1).strip();
      text =
          token.endsWith("<EOF>")
              ? "the query ends too early"
              : "unexpected \"%s\"".formatted(token);
    } else {
      text =
          message
              .lines()
              .findFirst()
              .map(line -> PLACE.matcher(line).replaceFirst(""))
              .orElse("the query does not parse");
    }
    String hint = text.equalsIgnoreCase("unexpected \"GROUPS\"") ? FRAMES : expected(e);
    return new SqlException(SqlErrorCode.SYNTAX_ERROR, text, position(e.getPos()), hint, e);
  }

  private static @Nullable String expected(SqlParseException e) {
    Collection<String> tokens = e.getTokenImages() == null ? null : ExpectedTokens.of(e);
    if (tokens == null || tokens.isEmpty() || tokens.size() > MAX_EXPECTED) {
      return null;
    }
    return tokens.stream().collect(Collectors.joining(", ", "expected one of: ", ""));
  }

  private static @Nullable Position position(@Nullable SqlParserPos pos) {
    return pos == null || pos.getLineNum() < 1
        ? null
        : new Position(
            pos.getLineNum(), pos.getColumnNum(), pos.getEndLineNum(), pos.getEndColumnNum());
  }
}
