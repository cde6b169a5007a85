package dev.annulus.ingest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The faults of a body that is kept in part: all counted, the first ones told. Not thread-safe. */
public final class Problems {
  private static final int TOLD = 10;

  private final String unit;
  private final List<Map<String, Object>> told = new ArrayList<>();
  private int count;

  /**
   * @param unit what is numbered, such as {@code line}
   */
  public Problems(String unit) {
    this.unit = unit;
  }

  /** Records a fault. */
  public void add(int number, String detail) {
    count++;
    if (told.size() < TOLD) {
      Map<String, Object> problem = new LinkedHashMap<>();
      problem.put(unit, number);
      problem.put("detail", detail);
      told.add(problem);
    }
  }

  /** The number of faults. */
  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** The first faults: number and detail. */
  public List<Map<String, Object>> told() {
    return told;
  }

  /** The first faults as one text, such as {@code line 2: missing fields; and 3 more}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Map<String, Object> problem : told) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(unit)
          .append(' ')
          .append(problem.get(unit))
          .append(": ")
          .append(problem.get("detail"));
    }
    if (count > told.size()) {
      text.append("; and ").append(count - told.size()).append(" more");
    }
    return text.toString();
  }
}
