package dev.annulus.query.sql.syntax;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import dev.annulus.query.sql.SqlException.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits SQL text into tokens where the Babel parser would split it, and drops comments, which
 * start with {@code --}, {@code //} or {@code /*}. Linear in the text's length. Literals with a
 * prefix ({@code E'…'}, {@code U&'…'}, {@code N'…'}, {@code X'…'}, {@code _charset'…'}) are
 * refused, since their quotes follow other rules.
 */
final class SqlLexer {
  private final String sql;
  private final List<SqlToken> tokens = new ArrayList<>();
  private int at;

  private SqlLexer(String sql) {
    this.sql = sql;
  }

  static List<SqlToken> tokens(String sql) {
    SqlLexer lexer = new SqlLexer(sql);
    int nul = sql.indexOf(0);
    if (nul >= 0) {
      throw lexer.failure("a character of code 0 is not allowed", nul, nul + 1);
    }
    while (lexer.at < sql.length()) {
      lexer.next();
    }
    return lexer.tokens;
  }

  /** Where a piece of the text stands. */
  static Position position(String sql, int start, int end) {
    int last = Math.max(start, end - 1);
    int line = 1;
    int lineStart = 0;
    int startLine = 1;
    int startColumn = 1;
    for (int i = 0; i <= last && i <= sql.length(); i++) {
      if (i == start) {
        startLine = line;
        startColumn = i - lineStart + 1;
      }
      if (i < last && i < sql.length() && sql.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(startLine, startColumn, line, last - lineStart + 1);
  }

  private void next() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (startsWith("--") || startsWith("//")) {
      skipLine();
    } else if (startsWith("/*")) {
      skipComment();
    } else if (c == '\'') {
      add(SqlToken.Kind.STRING, closingQuote('\'', "string"));
    } else if (c == '"') {
      add(SqlToken.Kind.QUOTED, closingQuote('"', "quoted name"));
    } else if (isDigit(c) || (c == '.' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1)))) {
      add(SqlToken.Kind.NUMBER, numberEnd());
    } else if (Character.isJavaIdentifierStart(c)) {
      word();
    } else {
      add(SqlToken.Kind.SYMBOL, at + (isPair() ? 2 : 1));
    }
  }

  private void word() {
    int end = at + 1;
    while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
      end++;
    }
    String word = sql.substring(at, end);
    boolean quoted = end < sql.length() && sql.charAt(end) == '\'';
    boolean unicode = word.equalsIgnoreCase("U") && sql.startsWith("&", end);
    if (unicode || (quoted && (word.length() == 1 || word.startsWith("_")))) {
      throw failure("string literals with a prefix are not supported", at, end);
    }
    add(SqlToken.Kind.WORD, end);
  }

  private int numberEnd() {
    int end = digits(at);
    if (end < sql.length() && sql.charAt(end) == '.') {
      end = digits(end + 1);
    }
    if (end < sql.length() && (sql.charAt(end) | 0x20) == 'e') {
      int sign = end + 1;
      if (sign < sql.length() && (sql.charAt(sign) == '+' || sql.charAt(sign) == '-')) {
        sign++;
      }
      if (sign < sql.length() && isDigit(sql.charAt(sign))) {
        end = digits(sign);
      }
    }
    return end;
  }

  private int digits(int from) {
    int end = from;
    while (end < sql.length() && isDigit(sql.charAt(end))) {
      end++;
    }
    return end;
  }

  private int closingQuote(char quote, String what) {
    int end = at + 1;
    while (true) {
      end = sql.indexOf(quote, end);
      if (end < 0) {
        throw failure("a " + what + " is not closed", at, at + 1);
      }
      if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
        end += 2;
      } else {
        return end + 1;
      }
    }
  }

  private void skipLine() {
    while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
      at++;
    }
  }

  private void skipComment() {
    int end = sql.indexOf("*/", at + 2);
    if (end < 0) {
      throw failure("a comment is not closed", at, at + 2);
    }
    at = end + 2;
  }

  private boolean isPair() {
    return startsWith("<=")
        || startsWith(">=")
        || startsWith("<>")
        || startsWith("!=")
        || startsWith("||")
        || startsWith("::")
        || startsWith("=>");
  }

  private boolean startsWith(String symbol) {
    return sql.startsWith(symbol, at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void add(SqlToken.Kind kind, int end) {
    tokens.add(new SqlToken(kind, sql.substring(at, end), at, end));
    at = end;
  }

  private SqlException failure(String message, int start, int end) {
    return new SqlException(
        SqlErrorCode.SYNTAX_ERROR, message, position(sql, start, end), null, null);
  }
}
