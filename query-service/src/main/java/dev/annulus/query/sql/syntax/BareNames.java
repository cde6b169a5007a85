package dev.annulus.query.sql.syntax;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.util.SourceStringReader;

/**
 * Finds the keywords of the parser that stand where only a name can, such as {@code time}, {@code
 * date} and {@code value} in {@code SELECT ts AS time, (value - 32) * 5 / 9 FROM samples ORDER BY
 * time}. The parser would take {@code (value} for the start of a row and refuse the others, so it
 * is shown other letters in their place, see {@link #disguised}.
 */
final class BareNames {
  private static final char FIRST_DISGUISE = '\uf900';
  private static final Pattern DISGUISED = Pattern.compile("\\\\u(f9[0-3][0-9a-f])");

  private static final SqlAbstractParserImpl.Metadata KEYWORDS =
      SqlBabelParserImpl.FACTORY.getParser(new SourceStringReader("")).getMetadata();

  /** What begins something other than a name where an operand can stand, or ends one. */
  private static final Set<String> RESERVED =
      Set.of(
          ("ALL AND ANY ARRAY AS ASC ASYMMETRIC BETWEEN BOTH BY CASE CAST CREATE CROSS CUBE"
                  + " CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA"
                  + " CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DELETE DESC DISTINCT DROP"
                  + " ELSE END ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FOR FROM FULL GROUP HAVING"
                  + " ILIKE IN INNER INSERT INTERSECT INTO IS JOIN LATERAL LEADING LEFT LIKE"
                  + " LIMIT LOCALTIME LOCALTIMESTAMP MERGE MINUS MULTISET NATURAL NOT NULL OFFSET ON"
                  + " OR ORDER OUTER OVER PARTITION QUALIFY RECURSIVE RIGHT RLIKE ROLLUP SELECT"
                  + " SESSION_USER SIMILAR SOME SYMMETRIC SYSTEM_USER TABLE TABLESAMPLE THEN TRAILING"
                  + " TRUE UNBOUNDED UNION UNIQUE UNKNOWN UNNEST UPDATE USING VALUES WHEN WHERE WINDOW"
                  + " WITH")
              .split(" "));

  /** What an operand, or the name of a table, can follow at once. */
  private static final Set<String> BEFORE_OPERANDS =
      Set.of(
          ("( [ , = <> != < > <= >= + - * / % || => SELECT DISTINCT ALL BY WHERE AND OR NOT ON WHEN"
                  + " THEN ELSE CASE HAVING BETWEEN SYMMETRIC ASYMMETRIC IN LIKE ESCAPE FROM JOIN"
                  + " QUALIFY FOR OVER WINDOW WITH RECURSIVE")
              .split(" "));

  /** Before a star that stands for columns, or for rows in {@code count(*)}. */
  private static final Set<String> BEFORE_STARS =
      Set.of("SELECT", "DISTINCT", "ALL", ",", ".", "(");

  /** Keywords that end no operand. */
  private static final Set<String> NO_OPERANDS = Set.of("TO", "AT", "LOCAL", "WITHOUT", "CURRENT");

  /** Keywords that the parser does not take for names even behind an operand, without AS. */
  private static final Set<String> ALIASES =
      Set.of(
          ("ASOF CURSOR DATE DATETIME DEFINE FRIDAY GROUPING INTERVAL MEASURE MONDAY NEW ORDINAL PATTERN"
                  + " RANGE SATURDAY SET SKIP SNAPSHOT STREAM SUNDAY THURSDAY TIME TIMESTAMP"
                  + " TUESDAY UNSIGNED UUID VALUE VARIANT VOLATILE WEDNESDAY")
              .split(" "));

  private static final Set<String> CASTS = Set.of("CAST", "TRY_CAST", "SAFE_CAST");
  private static final Set<String> UNIT_FIRST =
      Set.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF", "DATEADD", "DATEDIFF", "DATE_PART");
  private static final Set<String> FRAMES = Set.of("ROWS", "RANGE", "GROUPS");
  private static final Set<String> TYPES = Set.of("DATE", "TIME", "TIMESTAMP", "DATETIME");

  private final List<Part> parts;
  private final BitSet found = new BitSet();
  private final Deque<String> openers = new ArrayDeque<>();

  private BareNames(List<Part> parts) {
    this.parts = parts;
  }

  /** The parts that are keywords to the parser and names to whoever wrote them. */
  static BitSet of(List<Part> parts) {
    BareNames names = new BareNames(parts);
    for (int part = 0; part < parts.size(); part++) {
      if (names.isName(part)) {
        names.found.set(part);
      }
      names.follow(part);
    }
    return names.found;
  }

  /** A letter that no keyword starts with, for the first letter of one. */
  static char disguised(char letter) {
    return (char) (FIRST_DISGUISE + letter - 'A');
  }

  /** The parser's message with every disguised letter, which it writes by its code, as it was. */
  static String revealed(String message) {
    return DISGUISED
        .matcher(message)
        .replaceAll(
            match ->
                String.valueOf(
                    (char) (Integer.parseInt(match.group(1), 16) - FIRST_DISGUISE + 'A')));
  }

  private void follow(int part) {
    String keyword = keyword(part);
    if (keyword.equals("(")) {
      openers.push(keyword(part - 1));
    } else if (keyword.equals(")") && !openers.isEmpty()) {
      openers.pop();
    }
  }

  private boolean isName(int part) {
    String word = keyword(part);
    if (kind(part) != SqlToken.Kind.WORD || !KEYWORDS.isKeyword(word)) {
      return false;
    }
    String before = keyword(part - 1);
    String after = keyword(part + 1);
    if (before.equals(".")) {
      return !after.equals("(");
    }
    if (before.equals("AS")) {
      return !CASTS.contains(opener());
    }
    if (after.equals("(")) {
      return (before.equals("WITH") || before.equals(",")) && isNamedQuery(part + 1);
    }
    if (RESERVED.contains(word)
        || (word.equals("INTERVAL") && isInterval(part + 1))
        || after.equals("[")
        || kind(part + 1) == SqlToken.Kind.STRING
        || kind(part + 1) == SqlToken.Kind.NUMBER) {
      return false;
    }
    return isBeforeOperand(part - 1)
        ? !isClause(word, before, after)
        : ALIASES.contains(word) && isOperandEnd(part - 1) && isAliasEnd(part + 1);
  }

  /** Whether what is behind INTERVAL makes it one: a text, or a column with a unit. */
  private boolean isInterval(int part) {
    String next = keyword(part);
    boolean signed = next.equals("+") || next.equals("-");
    if (signed) {
      return kind(part + 1) == SqlToken.Kind.STRING;
    }
    return switch (kind(part)) {
      case STRING, NUMBER, QUOTED -> true;
      case SYMBOL -> next.equals("(");
      case WORD -> !RESERVED.contains(next) && !next.equals("ROWS");
    };
  }

  /** Whether parentheses hold the columns of a query named in {@code WITH}. */
  private boolean isNamedQuery(int opening) {
    int at = opening + 1;
    while (at < parts.size() && (kind(at) != SqlToken.Kind.SYMBOL || keyword(at).equals(","))) {
      at++;
    }
    return keyword(at).equals(")") && keyword(at + 1).equals("AS") && keyword(at + 2).equals("(");
  }

  private boolean isBeforeOperand(int part) {
    return switch (keyword(part)) {
      case "*" -> !BEFORE_STARS.contains(keyword(part - 1));
      case "WITH" -> part == 0 || keyword(part - 1).equals("(");
      default -> BEFORE_OPERANDS.contains(keyword(part));
    };
  }

  /** Whether a word has a meaning of its own where an operand can stand. */
  private boolean isClause(String word, String before, String after) {
    boolean first = before.equals("(");
    return (first && UNIT_FIRST.contains(opener()))
        || (first && FRAMES.contains(word) && Set.of("OVER", "AS").contains(opener()))
        || (word.equals("CURRENT") && after.equals("ROW"))
        || (word.equals("GROUPING") && after.equals("SETS"))
        || (word.equals("NEXT") && after.equals("VALUE"))
        || (TYPES.contains(word) && after.startsWith("WITH"));
  }

  /** Whether an operand that can have a name may end here. */
  private boolean isOperandEnd(int part) {
    String word = keyword(part);
    boolean unit = keyword(part - 1).equals("INTERVAL") || keyword(part - 2).equals("INTERVAL");
    return switch (kind(part)) {
      case STRING, NUMBER -> !unit;
      case QUOTED -> true;
      case SYMBOL -> word.equals(")");
      case WORD -> word.equals("END") || !(RESERVED.contains(word) || NO_OPERANDS.contains(word));
    };
  }

  private boolean isAliasEnd(int part) {
    return part == parts.size()
        || Set.of(",", ")", "FROM", "WHERE", "JOIN", "ON", "GROUP", "ORDER", "LIMIT", "UNION")
            .contains(keyword(part));
  }

  private String opener() {
    return openers.isEmpty() ? "" : openers.getFirst();
  }

  /** A keyword or symbol; empty for a name and outside of the text. */
  private String keyword(int part) {
    return part < 0 || part >= parts.size() || parts.get(part).isList() || found.get(part)
        ? ""
        : parts.get(part).token().keyword();
  }

  private SqlToken.Kind kind(int part) {
    return part < 0 || part >= parts.size() ? SqlToken.Kind.SYMBOL : parts.get(part).token().kind();
  }
}
