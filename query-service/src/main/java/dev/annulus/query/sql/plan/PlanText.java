package dev.annulus.query.sql.plan;

import dev.annulus.query.sql.syntax.Literal;
import dev.annulus.query.sql.syntax.SelectNames;
import dev.annulus.query.sql.syntax.Skeleton;
import java.util.List;

/** Plans for people. */
final class PlanText {
  private static final int LONGEST = 120;

  private PlanText() {}

  /** A plan with names and literals of a text in the place of its references and parameters. */
  static String of(String plan, Skeleton text) {
    return withValues(SelectNames.resolveAll(plan, text), text.literals());
  }

  private static String withValues(String plan, List<Literal> literals) {
    StringBuilder text = new StringBuilder(plan.length());
    boolean quoted = false;
    for (int i = 0; i < plan.length(); i++) {
      char c = plan.charAt(i);
      quoted ^= c == '\'';
      int end = i + 1;
      while (!quoted && c == '?' && end < plan.length() && Character.isDigit(plan.charAt(end))) {
        end++;
      }
      if (end > i + 1) {
        text.append(shortened(literals.get(Integer.parseInt(plan, i + 1, end, 10)).text()));
        i = end - 1;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static String shortened(String literal) {
    return literal.length() <= LONGEST ? literal : literal.substring(0, LONGEST) + "…";
  }
}
