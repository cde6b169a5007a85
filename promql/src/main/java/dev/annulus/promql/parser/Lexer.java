package dev.annulus.promql.parser;

import dev.annulus.promql.PositionRange;
import dev.annulus.promql.PromqlException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a query into tokens. What a word or a colon means depends on where it stands: in braces
 * all words are label names, in brackets a colon separates range and step.
 */
final class Lexer {
  private static final String UNITS = "smhdwy";

  private final String input;
  private final List<Token> tokens = new ArrayList<>();
  private int start;
  private int pos;
  private int parentheses;
  private boolean inBraces;
  private boolean inBrackets;

  private Lexer(String input) {
    this.input = input;
  }

  /** All tokens, the last of them {@link TokenType#END_OF_INPUT}. */
  static List<Token> tokens(String input) {
    Lexer lexer = new Lexer(input);
    while (lexer.scan()) {}
    return lexer.tokens;
  }

  private boolean scan() {
    start = pos;
    if (pos >= input.length()) {
      endOfInput();
      return false;
    }
    char c = input.charAt(pos);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      pos++;
    } else if (c == '#') {
      int end = input.indexOf('\n', pos);
      pos = end < 0 ? input.length() : end;
    } else if (isAlpha(c) || (c == ':' && !inBraces && !inBrackets)) {
      word();
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else if (c == '"' || c == '\'' || c == '`') {
      string(c);
    } else {
      symbol(c);
    }
    return true;
  }

  private void endOfInput() {
    if (inBraces) {
      throw error("unexpected end of input inside braces");
    }
    if (inBrackets) {
      throw error("unclosed left bracket");
    }
    if (parentheses != 0) {
      throw error("unclosed left parenthesis");
    }
    emit(TokenType.END_OF_INPUT, 0);
  }

  private void word() {
    int end = pos + 1;
    while (end < input.length()
        && (isAlphanumeric(input.charAt(end))
            || (!inBraces && !inBrackets && input.charAt(end) == ':'))) {
      end++;
    }
    TokenType type = inBraces ? TokenType.IDENTIFIER : Words.typeOf(input.substring(pos, end));
    emit(type, end - pos);
  }

  private void number() {
    if (inBraces) {
      throw error("unexpected character inside braces: '" + input.charAt(pos) + "'");
    }
    int end = NumberScanner.end(input, pos);
    if (end > pos) {
      emit(TokenType.NUMBER, end - pos);
      return;
    }
    end = pos;
    while (end < input.length() && isDigit(input.charAt(end))) {
      int digits = end;
      while (digits < input.length() && isDigit(input.charAt(digits))) {
        digits++;
      }
      if (digits >= input.length() || UNITS.indexOf(input.charAt(digits)) < 0) {
        break;
      }
      end = digits + 1;
      if (end < input.length() && input.charAt(end) == 's') {
        end++;
      }
    }
    if (end == pos || (end < input.length() && isAlphanumeric(input.charAt(end)))) {
      while (end < input.length() && isAlphanumeric(input.charAt(end))) {
        end++;
      }
      throw error("bad number or duration syntax: \"" + input.substring(pos, end) + "\"");
    }
    emit(TokenType.DURATION, end - pos);
  }

  private void string(char quote) {
    int end = pos + 1;
    while (end < input.length() && input.charAt(end) != quote) {
      char c = input.charAt(end);
      if (c == '\n' && quote != '`') {
        break;
      }
      end += c == '\\' && quote != '`' ? 2 : 1;
    }
    if (end >= input.length() || input.charAt(end) != quote) {
      throw error(quote == '`' ? "unterminated raw string" : "unterminated quoted string");
    }
    emit(TokenType.STRING, end + 1 - pos);
  }

  private void symbol(char c) {
    char next = peek(1);
    switch (c) {
      case '(' -> {
        parentheses++;
        emit(TokenType.LEFT_PAREN, 1);
      }
      case ')' -> {
        if (--parentheses < 0) {
          throw error("unexpected right parenthesis ')'");
        }
        emit(TokenType.RIGHT_PAREN, 1);
      }
      case '{' -> {
        if (inBraces) {
          throw error("unexpected left brace '{'");
        }
        inBraces = true;
        emit(TokenType.LEFT_BRACE, 1);
      }
      case '}' -> {
        if (!inBraces) {
          throw error("unexpected character: '}'");
        }
        inBraces = false;
        emit(TokenType.RIGHT_BRACE, 1);
      }
      case '[' -> {
        if (inBrackets) {
          throw error("unexpected left bracket '['");
        }
        inBrackets = true;
        emit(TokenType.LEFT_BRACKET, 1);
      }
      case ']' -> {
        if (!inBrackets) {
          throw error("unexpected right bracket ']'");
        }
        inBrackets = false;
        emit(TokenType.RIGHT_BRACKET, 1);
      }
      case ',' -> emit(TokenType.COMMA, 1);
      case ':' -> emit(TokenType.COLON, 1);
      case '@' -> emit(TokenType.AT, 1);
      case '+' -> emit(TokenType.ADD, 1);
      case '-' -> emit(TokenType.SUB, 1);
      case '*' -> emit(TokenType.MUL, 1);
      case '/' -> emit(TokenType.DIV, 1);
      case '%' -> emit(TokenType.MOD, 1);
      case '^' -> emit(TokenType.POW, 1);
      case '=' -> equals(next);
      case '!' -> exclamation(next);
      case '<' -> angle(next, TokenType.LTE, TokenType.LSS);
      case '>' -> angle(next, TokenType.GTE, TokenType.GTR);
      default -> throw unexpectedCharacter();
    }
  }

  private void equals(char next) {
    if (next == '~' && inBraces) {
      emit(TokenType.EQL_REGEX, 2);
    } else if (next == '~') {
      throw error("unexpected character after '=': '~'");
    } else if (next == '=' && !inBraces) {
      emit(TokenType.EQL, 2);
    } else {
      emit(TokenType.ASSIGN, 1);
    }
  }

  private void exclamation(char next) {
    if (next == '=') {
      emit(TokenType.NEQ, 2);
    } else if (next == '~' && inBraces) {
      emit(TokenType.NEQ_REGEX, 2);
    } else {
      throw error("unexpected character after '!'" + (inBraces ? " inside braces" : ""));
    }
  }

  private void angle(char next, TokenType orEqual, TokenType strict) {
    if (inBraces) {
      throw unexpectedCharacter();
    }
    if (next == '/') {
      emit(TokenType.UNSUPPORTED, 2);
    } else if (next == '=') {
      emit(orEqual, 2);
    } else {
      emit(strict, 1);
    }
  }

  private PromqlException unexpectedCharacter() {
    String character = Character.toString(input.codePointAt(pos));
    return error(
        "unexpected character" + (inBraces ? " inside braces" : "") + ": '" + character + "'");
  }

  private char peek(int ahead) {
    return pos + ahead < input.length() ? input.charAt(pos + ahead) : 0;
  }

  private void emit(TokenType type, int length) {
    pos = start + length;
    tokens.add(new Token(type, input.substring(start, pos), new PositionRange(start, pos)));
  }

  private PromqlException error(String message) {
    return PromqlException.badData(input, new PositionRange(start, input.length()), message);
  }

  private static boolean isAlpha(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAlphanumeric(char c) {
    return isAlpha(c) || isDigit(c);
  }
}
