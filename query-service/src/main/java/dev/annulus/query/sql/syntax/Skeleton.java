package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text with its literals taken out and numbered. Literals that are written alike have the same
 * number, so texts with the same key have the same syntax tree, down to which literals are equal,
 * but for the values of the literals. Comments and the width of white space do not matter.
 */
public final class Skeleton {
  /** Marks a literal in the key. No token holds it but a quoted name, which its quotes set off. */
  private static final char LITERAL = '\0';

  private static final Pattern INTERVAL =
      Pattern.compile(
          "(?i)'( *)(\\d+(?:\\.\\d+)?)( +)((?:second|minute|hour|day|month|year)s?)( *)'");

  /** Sets the text of a list of one literal off from the literal's. */
  private static final char LIST = '\0';

  /** Stands for the first letter of functions that the parser must not know. */
  private static final char HIDDEN_FUNCTION = '$';

  private final String sql;
  private final List<Part> parts = new ArrayList<>();
  private final List<Literal> literals = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final String key;
  private final BitSet bareNames;
  private int @Nullable [] lineStarts;

  private Skeleton(String sql, List<SqlToken> tokens, boolean lists, List<Literal> sets) {
    this.sql = sql;
    StringBuilder written = new StringBuilder(sql.length());
    int at = 0;
    while (at < tokens.size()) {
      LiteralList list = lists ? LiteralList.at(tokens, at, sets) : null;
      int end = list == null ? at + 1 : list.end();
      Part part = part(tokens.get(at), tokens.get(end - 1), list);
      if (at > 0 && tokens.get(at - 1).end() < part.start()) {
        written.append(' ');
      }
      append(part, written);
      parts.add(part);
      at = end;
    }
    key = written.toString();
    bareNames = BareNames.of(parts);
  }

  /**
   * The skeleton of some tokens of a text.
   *
   * @param lists whether the literals of an {@code IN} list count as one
   */
  static Skeleton of(String sql, List<SqlToken> tokens, boolean lists) {
    return new Skeleton(sql, tokens, lists, List.of());
  }

  /**
   * The same with sets in {@code IN} lists, where <code>{{0}}</code>, <code>{{1}}</code>, … stand.
   */
  static Skeleton of(String sql, List<SqlToken> tokens, List<Literal> sets) {
    return new Skeleton(sql, tokens, true, sets);
  }

  /** The text, but for its literals. */
  public String key() {
    return key;
  }

  /** Characters of the longest literal that is a text. */
  public int longestText() {
    int longest = 0;
    for (Literal literal : literals) {
      longest = literal.value() instanceof String text ? Math.max(longest, text.length()) : longest;
    }
    return longest;
  }

  /** The literals by number. */
  public List<Literal> literals() {
    return literals;
  }

  List<Part> parts() {
    return parts;
  }

  /** How many parts the text has. */
  public int size() {
    return parts.size();
  }

  /**
   * The part that starts at a place.
   *
   * @param line from 1
   * @param column from 1
   * @return its index; -1 if none starts there
   */
  public int partAt(int line, int column) {
    int[] starts = lineStarts == null ? lineStarts() : lineStarts;
    if (line < 1 || line > starts.length) {
      return -1;
    }
    int offset = starts[line - 1] + column - 1;
    int low = 0;
    int high = parts.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int start = parts.get(middle).start();
      if (start == offset) {
        return middle;
      }
      low = start < offset ? middle + 1 : low;
      high = start < offset ? high : middle - 1;
    }
    return -1;
  }

  /** The number of the literal that a part is; -1 if it is none. */
  public int literalOf(int part) {
    return part < 0 ? -1 : parts.get(part).literal();
  }

  /** A part as a keyword in upper case, or as a symbol. */
  public String keyword(int part) {
    return parts.get(part).token().keyword();
  }

  /** Whether a part is a certain keyword or symbol, given in upper case. */
  public boolean isWord(int part, String word) {
    return keyword(part).equals(word);
  }

  /** Some parts as written, with each piece of white space or comment as one space. */
  public String text(int firstPart, int endPart) {
    StringBuilder text = new StringBuilder();
    for (int i = firstPart; i < endPart; i++) {
      Part part = parts.get(i);
      if (i > firstPart && parts.get(i - 1).end() < part.start()) {
        text.append(' ');
      }
      text.append(
          part.isList()
              ? literals.get(part.literal()).text()
              : sql.substring(part.start(), part.end()));
    }
    return text.toString();
  }

  /** The text for the parser: every part in its place, all else blank, lists cut to one value. */
  String query() {
    StringBuilder clean = new StringBuilder(sql.length());
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      blank(clean, part.start());
      if (part.isList()) {
        clean.append(literals.get(part.literal()).type() == Literal.Type.TEXTS ? "''" : "0");
      } else {
        clean.append(isInterval(i) ? interval(i) : sql.substring(part.start(), part.end()));
        if (isHiddenFunction(i)) {
          clean.setCharAt(part.start(), HIDDEN_FUNCTION);
        } else if (bareNames.get(i)) {
          clean.setCharAt(part.start(), BareNames.disguised(sql.charAt(part.start())));
        }
      }
    }
    return clean.toString();
  }

  /** Whether a part is the text of {@code INTERVAL '5 minutes'}, which has its unit inside. */
  private boolean isInterval(int part) {
    return part > 0
        && isWord(part - 1, "INTERVAL")
        && INTERVAL.matcher(parts.get(part).token().text()).matches();
  }

  /** The same text as {@code '5' MINUTES}, in as many characters. */
  private String interval(int part) {
    String text = parts.get(part).token().text();
    Matcher interval = INTERVAL.matcher(text);
    return interval.matches()
        ? "%s'%s' %s%s"
                .formatted(
                    interval.group(1),
                    interval.group(2),
                    " ".repeat(interval.group(3).length() - 1),
                    interval.group(4))
            + interval.group(5)
        : text;
  }

  /** The name at a place as the user wrote it, given what the parser saw. */
  String name(int line, int column, String parsed) {
    int part = partAt(line, column);
    return part >= 0 && bareNames.get(part) ? parts.get(part).token().text() : parsed;
  }

  /**
   * Whether a part is a function that the parser has other plans for: {@code first} and {@code
   * last}, to it a pattern's, and {@code date_trunc}, whose zone it refuses.
   */
  private boolean isHiddenFunction(int part) {
    return (isWord(part, "FIRST") || isWord(part, "LAST") || isWord(part, "DATE_TRUNC"))
        && part + 1 < parts.size()
        && isWord(part + 1, "(")
        && (part == 0 || !(isWord(part - 1, "FETCH") || isWord(part - 1, "NULLS")));
  }

  /** The name of a function as the user wrote it, in lower case, given what the parser saw. */
  public static String functionName(String parsed) {
    String name = parsed.toLowerCase(Locale.ROOT);
    return switch (name) {
      case HIDDEN_FUNCTION + "irst" -> "first";
      case HIDDEN_FUNCTION + "ast" -> "last";
      case HIDDEN_FUNCTION + "ate_trunc" -> "date_trunc";
      default -> name;
    };
  }

  private void blank(StringBuilder clean, int to) {
    for (int i = clean.length(); i < to; i++) {
      clean.append(sql.charAt(i) == '\n' ? '\n' : ' ');
    }
  }

  private Part part(SqlToken first, SqlToken last, @Nullable LiteralList list) {
    Literal literal = list == null ? Literal.of(first) : list.literal();
    int number = literal == null ? -1 : number(literal);
    return new Part(first, last.end(), number, list != null);
  }

  private int number(Literal literal) {
    String text = literal.type().isList() ? LIST + literal.text() : literal.text();
    Integer known = numbers.putIfAbsent(text, literals.size());
    if (known == null) {
      literals.add(literal);
    }
    return known == null ? literals.size() - 1 : known;
  }

  private void append(Part part, StringBuilder written) {
    if (part.literal() < 0) {
      written.append(sql, part.start(), part.end());
    } else {
      written
          .append(LITERAL)
          .append(literals.get(part.literal()).type().mark())
          .append(part.literal());
    }
  }

  private int[] lineStarts() {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = sql.indexOf('\n'); i >= 0; i = sql.indexOf('\n', i + 1)) {
      starts.add(i + 1);
    }
    int[] found = starts.stream().mapToInt(start -> start).toArray();
    lineStarts = found;
    return found;
  }
}
