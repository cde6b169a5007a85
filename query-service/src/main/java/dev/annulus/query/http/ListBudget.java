package dev.annulus.query.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much a list in memory may still take: entries and bytes. Used by one thread. */
final class ListBudget {
  /** An entry and its place in a collection. */
  private static final int ENTRY_BYTES = 100;

  private int entries;
  private long bytes;
  private boolean truncated;

  ListBudget(AnswerLimits limits) {
    this.entries = limits.listed();
    this.bytes = limits.listedBytes();
  }

  /** Whether there is room for one more with this text, which takes it. */
  boolean take(String text) {
    bytes -= ENTRY_BYTES + 2L * text.length();
    entries--;
    truncated |= entries < 0 || bytes < 0;
    return !truncated;
  }

  /** An answer with a list, which says if something did not fit. */
  Map<String, Object> answer(String name, List<?> list) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(name, list);
    if (truncated) {
      answer.put("truncated", true);
    }
    return answer;
  }
}
