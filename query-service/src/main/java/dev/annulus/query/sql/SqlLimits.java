package dev.annulus.query.sql;

import java.time.Duration;

/**
 * What one query may cost.
 *
 * @param sqlChars length of the text
 * @param depth nesting of parentheses, {@code CASE} and sub-queries
 * @param parts operators, set operations and clauses in one text: each can deepen the parsed tree;
 *     also the most literals, where the literals of an {@code IN} list count as one
 * @param metrics rings or metadata records read
 * @param samples slots read from rings
 * @param rows rows returned
 * @param resultBytes bytes of the values returned, where a number has eight, a text one for each
 *     character, and no value less than four; names and punctuation come on top
 * @param joinedRows rows produced by joins, all joins together
 * @param heldRows rows kept in memory by sorts, joins, groups and windows together
 * @param frameRows rows that moving frames of windows add up, each as often as it is added
 * @param memory bytes
 * @param timeout default and largest deadline
 * @param cachedPlans plans kept for queries that come again
 */
public record SqlLimits(
    int sqlChars,
    int depth,
    int parts,
    int metrics,
    long samples,
    int rows,
    long resultBytes,
    long joinedRows,
    long heldRows,
    long frameRows,
    MemoryLimits memory,
    Duration timeout,
    int cachedPlans) {

  /** The limits unless configured otherwise. */
  public static final SqlLimits DEFAULT =
      new SqlLimits(
          200_000,
          64,
          2_000,
          100_000,
          50_000_000L,
          1_000_000,
          128L << 20,
          50_000_000L,
          3_000_000L,
          2_000_000_000L,
          MemoryLimits.ofHeap(),
          Duration.ofSeconds(30),
          1_000);

  public SqlLimits {
    requirePositive("sqlChars", sqlChars);
    requirePositive("depth", depth);
    requirePositive("parts", parts);
    requirePositive("metrics", metrics);
    requirePositive("samples", samples);
    requirePositive("rows", rows);
    requirePositive("resultBytes", resultBytes);
    requirePositive("joinedRows", joinedRows);
    requirePositive("heldRows", heldRows);
    requirePositive("frameRows", frameRows);
    requirePositive("cachedPlans", cachedPlans);
    requirePositive("timeout", timeout.toMillis());
  }

  /** A copy with another limit of metrics read. */
  public SqlLimits withMetrics(int limit) {
    return with(limit, samples, rows, resultBytes, memory, timeout, cachedPlans);
  }

  /** A copy with another limit of samples read. */
  public SqlLimits withSamples(long limit) {
    return with(metrics, limit, rows, resultBytes, memory, timeout, cachedPlans);
  }

  /** A copy with another limit of rows returned. */
  public SqlLimits withRows(int limit) {
    return with(metrics, samples, limit, resultBytes, memory, timeout, cachedPlans);
  }

  /** A copy with another limit of bytes returned. */
  public SqlLimits withResultBytes(long limit) {
    return with(metrics, samples, rows, limit, memory, timeout, cachedPlans);
  }

  /** A copy with another limit of bytes in memory. */
  public SqlLimits withMemory(MemoryLimits limits) {
    return with(metrics, samples, rows, resultBytes, limits, timeout, cachedPlans);
  }

  /** A copy with another deadline. */
  public SqlLimits withTimeout(Duration deadline) {
    return with(metrics, samples, rows, resultBytes, memory, deadline, cachedPlans);
  }

  /** A copy with another number of kept plans. */
  public SqlLimits withCachedPlans(int plans) {
    return with(metrics, samples, rows, resultBytes, memory, timeout, plans);
  }

  private SqlLimits with(
      int newMetrics,
      long newSamples,
      int newRows,
      long newResultBytes,
      MemoryLimits newMemory,
      Duration newTimeout,
      int newCachedPlans) {
    return new SqlLimits(
        sqlChars,
        depth,
        parts,
        newMetrics,
        newSamples,
        newRows,
        newResultBytes,
        joinedRows,
        heldRows,
        frameRows,
        newMemory,
        newTimeout,
        newCachedPlans);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
  }
}
