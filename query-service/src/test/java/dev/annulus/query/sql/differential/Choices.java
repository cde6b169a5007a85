package dev.annulus.query.sql.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a generator draws from: at random, or the choices of an earlier time once more. The smaller
 * a choice, the simpler is what it leads to; choices that are missing are 0.
 */
final class Choices {
  private final @Nullable Random random;
  private final int[] given;
  private int[] taken = new int[64];
  private int size;

  private Choices(@Nullable Random random, int[] given) {
    this.random = random;
    this.given = given;
  }

  static Choices random(long seed) {
    return new Choices(new Random(seed), new int[0]);
  }

  static Choices again(int[] choices) {
    return new Choices(null, choices);
  }

  /** A number from 0 to a bound, exclusive. */
  int below(int bound) {
    int next = random != null ? random.nextInt(bound) : size < given.length ? given[size] : 0;
    int choice = Math.min(next, bound - 1);
    if (size == taken.length) {
      taken = Arrays.copyOf(taken, 2 * size);
    }
    taken[size++] = choice;
    return choice;
  }

  /** Whether something less simple is to be done. */
  boolean chance(int percent) {
    return below(100) >= 100 - percent;
  }

  /** One of some things, the simplest first. */
  <T> T of(List<T> things) {
    return things.get(below(things.size()));
  }

  @SafeVarargs
  final <T> T of(T... things) {
    return things[below(things.length)];
  }

  /** All choices so far. */
  int[] taken() {
    return Arrays.copyOf(taken, size);
  }
}
