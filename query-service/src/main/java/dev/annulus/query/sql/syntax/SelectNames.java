package dev.annulus.query.sql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Gives select items without a name of their own the name they are written as, such as {@code
 * avg(value)}. A plan serves texts with other literals too, so what it carries is a reference to
 * the parts of the text.
 */
public final class SelectNames {
  /** No text of a user holds the first character. */
  private static final Pattern REFERENCE = Pattern.compile("\0(\\d+):(\\d+)");

  private static final int LONGEST = 256;

  private static final Set<String> LIST_ENDS =
      Set.of(
          "FROM",
          "WHERE",
          "GROUP",
          "HAVING",
          "WINDOW",
          "QUALIFY",
          "ORDER",
          "LIMIT",
          "OFFSET",
          "FETCH",
          "UNION",
          "INTERSECT",
          "EXCEPT",
          "MINUS");

  private final Skeleton skeleton;

  SelectNames(Skeleton skeleton) {
    this.skeleton = skeleton;
  }

  /** The name of a result column, where {@code name} may be a reference into the text. */
  public static String resolve(String name, Skeleton skeleton) {
    Matcher reference = REFERENCE.matcher(name);
    return reference.matches() ? text(reference.toMatchResult(), skeleton) : name;
  }

  /** The same wherever a reference stands in something longer. */
  public static String resolveAll(String plan, Skeleton skeleton) {
    return REFERENCE
        .matcher(plan)
        .replaceAll(reference -> Matcher.quoteReplacement('"' + text(reference, skeleton) + '"'));
  }

  private static String text(MatchResult reference, Skeleton skeleton) {
    String text =
        skeleton.text(Integer.parseInt(reference.group(1)), Integer.parseInt(reference.group(2)));
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  void addTo(SqlSelect select) {
    SqlNodeList items = select.getSelectList();
    if (items.stream().noneMatch(SelectNames::isNameless)) {
      return;
    }
    List<int[]> places = places(select.getParserPosition());
    if (places.size() != items.size()) {
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      SqlNode item = items.get(i);
      if (isNameless(item)) {
        String reference = "\0%d:%d".formatted(places.get(i)[0], places.get(i)[1]);
        SqlIdentifier name = new SqlIdentifier(reference, item.getParserPosition());
        items.set(i, SqlStdOperatorTable.AS.createCall(item.getParserPosition(), item, name));
      }
    }
  }

  private static boolean isNameless(SqlNode item) {
    return !(item instanceof SqlIdentifier) && item.getKind() != SqlKind.AS;
  }

  /** First and end part of each item of the list that follows a SELECT; empty if there is none. */
  private List<int[]> places(SqlParserPos select) {
    List<int[]> places = new ArrayList<>();
    int at = skeleton.partAt(select.getLineNum(), select.getColumnNum());
    if (at < 0 || !skeleton.isWord(at, "SELECT")) {
      return places;
    }
    at++;
    while (at < skeleton.size()
        && (skeleton.isWord(at, "DISTINCT") || skeleton.isWord(at, "ALL"))) {
      at++;
    }
    int first = at;
    int depth = 0;
    for (; at < skeleton.size() && !(depth == 0 && endsList(at)); at++) {
      if (isAny(at, "(", "[", "{")) {
        depth++;
      } else if (isAny(at, ")", "]", "}")) {
        depth--;
      } else if (depth == 0 && skeleton.isWord(at, ",")) {
        places.add(new int[] {first, at});
        first = at + 1;
      }
    }
    places.add(new int[] {first, at});
    return places;
  }

  private boolean endsList(int part) {
    boolean distinctFrom =
        skeleton.isWord(part, "FROM") && part > 0 && skeleton.isWord(part - 1, "DISTINCT");
    boolean withinGroup =
        skeleton.isWord(part, "GROUP") && part > 0 && skeleton.isWord(part - 1, "WITHIN");
    return skeleton.isWord(part, ")")
        || (!distinctFrom && !withinGroup && LIST_ENDS.contains(skeleton.keyword(part)));
  }

  private boolean isAny(int part, String... symbols) {
    return Set.of(symbols).contains(skeleton.keyword(part));
  }
}
