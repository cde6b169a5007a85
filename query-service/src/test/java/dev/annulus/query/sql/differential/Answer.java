package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.SqlErrorCode;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What an engine says to a query. */
sealed interface Answer {

  /** Rows of {@link Long}, {@link BigInteger}, {@link Double}, {@link String}, {@link Boolean}. */
  record Rows(List<List<@Nullable Object>> rows) implements Answer {
    /**
     * Whether the rows are the same.
     *
     * @param tolerance of doubles, relative
     */
    boolean isLike(Rows other, boolean ordered, double tolerance) {
      if (rows.size() != other.rows.size()) {
        return false;
      }
      if (ordered) {
        return IntStream.range(0, rows.size())
            .allMatch(i -> isLike(rows.get(i), other.rows.get(i), tolerance));
      }
      // Equal rows first, so that they are not taken for others that are near.
      Map<List<@Nullable Object>, Deque<List<@Nullable Object>>> equal = new HashMap<>();
      other.rows.forEach(
          row -> equal.computeIfAbsent(key(row), key -> new ArrayDeque<>()).add(row));
      List<List<@Nullable Object>> unequal = new ArrayList<>();
      for (List<@Nullable Object> row : rows) {
        Deque<List<@Nullable Object>> same = equal.get(key(row));
        if (same == null || same.poll() == null) {
          unequal.add(row);
        }
      }
      List<List<@Nullable Object>> left = new ArrayList<>();
      equal.values().forEach(left::addAll);
      return unequal.stream().allMatch(row -> removeLike(row, left, tolerance));
    }

    /** Equal only for rows that are. */
    private static List<@Nullable Object> key(List<@Nullable Object> row) {
      List<@Nullable Object> key = new ArrayList<>(row.size());
      for (Object value : row) {
        key.add(
            value instanceof Double number
                ? (Object) (number + 0.0)
                : value == null ? null : value.toString());
      }
      return key;
    }

    private static boolean removeLike(
        List<@Nullable Object> row, List<List<@Nullable Object>> left, double tolerance) {
      for (int i = 0; i < left.size(); i++) {
        if (isLike(row, left.get(i), tolerance)) {
          left.remove(i);
          return true;
        }
      }
      return false;
    }

    private static boolean isLike(
        List<@Nullable Object> a, List<@Nullable Object> b, double tolerance) {
      return a.size() == b.size()
          && IntStream.range(0, a.size()).allMatch(i -> isLike(a.get(i), b.get(i), tolerance));
    }

    private static boolean isLike(@Nullable Object a, @Nullable Object b, double tolerance) {
      if (a instanceof Double || b instanceof Double) {
        return a instanceof Number x
            && b instanceof Number y
            && isNear(x.doubleValue(), y.doubleValue(), tolerance);
      }
      return a == null ? b == null : b != null && a.toString().equals(b.toString());
    }

    private static boolean isNear(double a, double b, double tolerance) {
      double size = Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
      return Double.compare(a, b) == 0
          || a == b
          || (Double.isFinite(size) && Math.abs(a - b) <= tolerance * size);
    }

    @Override
    public String toString() {
      return rows.size()
          + " rows"
          + rows.stream().limit(12).map(row -> "\n    " + row).collect(Collectors.joining());
    }
  }

  /**
   * The query is refused or fails.
   *
   * @param code of the engine; null for the reference
   */
  record Refusal(@Nullable SqlErrorCode code, String message) implements Answer {
    /** Whether it is the engine's own failure, a 500 over HTTP, which nothing excuses. */
    boolean isFault() {
      return code == null || code == SqlErrorCode.INTERNAL;
    }

    /** The class of the innermost cause of a fault; empty for others. */
    String cause() {
      if (!isFault()) {
        return "";
      }
      String last = message.substring(message.lastIndexOf("Caused by: ") + 1);
      return last.lines().findFirst().orElse("").replaceFirst("(?<=[a-z]: ).*", "");
    }

    @Override
    public String toString() {
      return (code == null ? "" : code + ": ") + message;
    }
  }
}
