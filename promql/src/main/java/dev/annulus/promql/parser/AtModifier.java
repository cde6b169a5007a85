package dev.annulus.promql.parser;

/** The {@code @} modifier: evaluates a selector or sub-query at a fixed time. */
public sealed interface AtModifier {

  /** The time in milliseconds, in a query from {@code start} to {@code end}. */
  long millis(long start, long end);

  /** {@code @ 1603774568}. */
  record Timestamp(long millis) implements AtModifier {
    @Override
    public long millis(long start, long end) {
      return millis;
    }
  }

  /** {@code @ start()} and {@code @ end()}: of the whole query, in sub-queries, too. */
  enum Bound implements AtModifier {
    START,
    END;

    @Override
    public long millis(long start, long end) {
      return this == START ? start : end;
    }
  }
}
