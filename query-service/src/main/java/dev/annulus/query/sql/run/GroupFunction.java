package dev.annulus.query.sql.run;

import java.util.function.Supplier;

/** An aggregate of the samples of a group. All but the count are null for a group without any. */
public enum GroupFunction {
  /** How many. */
  COUNT(CountOf::new),
  /** The sum of the values. */
  SUM(() -> new SumOf(false)),
  /** The mean of the values. */
  AVG(() -> new SumOf(true)),
  /** The smallest value. */
  MIN(() -> new ExtremeOf(false)),
  /** The largest value. */
  MAX(() -> new ExtremeOf(true)),
  /** The value of the earliest sample. */
  FIRST(() -> new EndOf(false, false)),
  /** The value of the latest sample. */
  LAST(() -> new EndOf(true, false)),
  /** The ts of the earliest sample. */
  MIN_TS(() -> new EndOf(false, true)),
  /** The ts of the latest sample. */
  MAX_TS(() -> new EndOf(true, true)),
  /** What a counter has gained; for groups of one metric. */
  INCREASE(() -> new IncreaseOf(false)),
  /** What a counter has gained for each second between its first and last sample. */
  RATE(() -> new IncreaseOf(true));

  @SuppressWarnings("ImmutableEnumChecker") // a constructor reference
  private final Supplier<Aggregate> newAggregate;

  GroupFunction(Supplier<Aggregate> newAggregate) {
    this.newAggregate = newAggregate;
  }

  /** Whether results are of type long, not double. */
  public boolean isWhole() {
    return this == COUNT || this == MIN_TS || this == MAX_TS;
  }

  Aggregate newAggregate() {
    return newAggregate.get();
  }
}
