package dev.annulus.model;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** Seeds of random tests: others in each run, printed, and one given by {@code -Dannulus.seed}. */
public final class Seeds {
  private Seeds() {}

  /** Eight seeds, or the one that is to be repeated. */
  public static LongStream fresh() {
    Long repeated = Long.getLong("annulus.seed");
    long[] seeds =
        repeated == null ? ThreadLocalRandom.current().longs(8).toArray() : new long[] {repeated};
    System.out.println("seeds " + Arrays.toString(seeds));
    return Arrays.stream(seeds);
  }
}
