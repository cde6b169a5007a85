package dev.annulus.query.sql;

import dev.annulus.service.config.Settings;

/**
 * What queries may hold in memory, by what is known of their rows: numbers, texts (two bytes for
 * each character) and what sorts, joins and groups keep beside them. Estimated from above.
 *
 * @param query bytes that one query may hold
 * @param all bytes that all queries together may hold
 */
public record MemoryLimits(long query, long all) {
  /** The setting of {@link #query}. */
  public static final String QUERY = "query.max-memory";

  /** The setting of {@link #all}. */
  public static final String ALL = "query.max-total-memory";

  public MemoryLimits {
    if (query < 1 || all < 1) {
      throw new IllegalArgumentException("the limits must be positive, got " + query + ", " + all);
    }
  }

  /** Two fifths of the heap for all, half of that for one. */
  public static MemoryLimits ofHeap() {
    long heap = Runtime.getRuntime().maxMemory();
    return new MemoryLimits(heap / 5, heap / 5 * 2);
  }

  /** Reads {@value #QUERY} and {@value #ALL}. */
  public static MemoryLimits from(Settings settings) {
    MemoryLimits defaults = ofHeap();
    return new MemoryLimits(
        settings.bytes(QUERY, defaults.query), settings.bytes(ALL, defaults.all));
  }

  /** How many bytes one text of a query may have: long ones are hard to find a place for. */
  public long text() {
    return Math.max(1, query / 16);
  }
}
