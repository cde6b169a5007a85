package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inside of {@code IN (1, 2, 3)}: nothing but numbers or nothing but texts. However long, it is
 * one value of the query.
 *
 * @param literal all of them
 * @param end index of the token behind the last one
 */
record LiteralList(Literal literal, int end) {

  /** Tokens of <code>{{0}}</code>. */
  private static final int PLACE_TOKENS = 5;

  /**
   * The list whose first token has an index; null if there is none.
   *
   * @param sets what <code>{{0}}</code>, <code>{{1}}</code>, … stand for
   */
  static @Nullable LiteralList at(List<SqlToken> tokens, int first, List<Literal> sets) {
    if (first < 2 || !tokens.get(first - 1).isSymbol("(") || !tokens.get(first - 2).isWord("IN")) {
      return null;
    }
    List<Literal> elements = new ArrayList<>();
    int at = first;
    while (true) {
      boolean negative = at < tokens.size() && tokens.get(at).isSymbol("-");
      at += negative ? 1 : 0;
      Literal set = negative ? null : setAt(tokens, at, sets);
      at += set == null ? 0 : PLACE_TOKENS - 1;
      Literal element =
          set != null ? set : at + 1 < tokens.size() ? Literal.of(tokens.get(at)) : null;
      if (element == null || at + 1 >= tokens.size() || !isLike(element, elements, negative)) {
        return null;
      }
      elements.add(negative ? element.negated() : element);
      SqlToken next = tokens.get(at + 1);
      if (next.isSymbol(")")) {
        return new LiteralList(Literal.ofList(elements, text(elements)), at + 1);
      }
      if (!next.isSymbol(",")) {
        return null;
      }
      at += 2;
    }
  }

  private static @Nullable Literal setAt(List<SqlToken> tokens, int at, List<Literal> sets) {
    if (at + PLACE_TOKENS > tokens.size()
        || !tokens.get(at).isSymbol("{")
        || !tokens.get(at + 1).isSymbol("{")
        || !tokens.get(at + 3).isSymbol("}")
        || !tokens.get(at + 4).isSymbol("}")) {
      return null;
    }
    Literal number = Literal.of(tokens.get(at + 2));
    return number != null && number.value() instanceof Long n && n < sets.size()
        ? sets.get(n.intValue())
        : null;
  }

  private static boolean isLike(Literal element, List<Literal> others, boolean negative) {
    boolean text = element.type() == Literal.Type.TEXT;
    return others.isEmpty()
        ? !(text && negative)
        : !(text && negative) && text == (others.get(0).type() == Literal.Type.TEXT);
  }

  private static String text(List<Literal> elements) {
    StringBuilder text = new StringBuilder();
    for (Literal element : elements) {
      text.append(text.isEmpty() ? "" : ", ").append(element.text());
    }
    return text.toString();
  }
}
