package dev.annulus.faults;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How often a fault is repeated, and the randomness of each time. */
final class Rounds {
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

  private Rounds() {}

  /**
   * One source of randomness for each round; its seed is printed, {@code -Dfaults.seed} sets it.
   */
  static Iterable<Random> of(String fault) {
    return streamOf(fault)::iterator;
  }

  /** The same for a parameterized test, whose rounds share nothing. */
  static Stream<Random> streamOf(String fault) {
    return IntStream.range(0, Integer.getInteger("faults.rounds", 1))
        .mapToObj(
            round -> {
              System.out.printf("%s: round %d, -Dfaults.seed=%d%n", fault, round + 1, SEED);
              return new Random(SEED + round);
            });
  }
}
