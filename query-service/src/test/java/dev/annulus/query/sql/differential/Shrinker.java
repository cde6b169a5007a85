package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Judge.Verdict;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Makes a query that shows a difference as small as it can by choosing less and simpler things. */
final class Shrinker {
  private static final int TRIES = 1_500;
  private static final long NANOS = 20_000_000_000L;

  private final Judge judge;
  private final long start = System.nanoTime();
  private final Set<String> tried = new HashSet<>();
  private int tries;
  private Verdict best;
  private int[] choices;

  private Shrinker(Judge judge, Verdict found, int[] choices) {
    this.judge = judge;
    this.best = found;
    this.choices = choices;
  }

  /** The smallest query found that shows the same difference as the one these choices lead to. */
  static Verdict shrink(Judge judge, Verdict found, int[] choices) throws SQLException {
    Shrinker shrinker = new Shrinker(judge, found, choices);
    boolean smaller = true;
    while (smaller && !shrinker.isOver()) {
      smaller = shrinker.leaveOut() | shrinker.simplify();
    }
    return shrinker.best;
  }

  private boolean leaveOut() throws SQLException {
    boolean smaller = false;
    for (int length = choices.length / 2; length > 0; length /= 2) {
      int step = Math.max(1, length / 4);
      for (int at = choices.length - length; at >= 0; at -= step) {
        if (at + length > choices.length) {
          continue;
        }
        int[] fewer = new int[choices.length - length];
        System.arraycopy(choices, 0, fewer, 0, at);
        System.arraycopy(choices, at + length, fewer, at, fewer.length - at);
        smaller |= isTaken(fewer);
      }
    }
    return smaller;
  }

  private boolean simplify() throws SQLException {
    boolean smaller = false;
    for (int at = 0; at < choices.length; at++) {
      for (int lower : new int[] {0, choices[at] / 2, choices[at] - 1}) {
        if (at < choices.length && lower >= 0 && lower < choices[at]) {
          int[] simpler = Arrays.copyOf(choices, choices.length);
          simpler[at] = lower;
          smaller |= isTaken(simpler);
        }
      }
    }
    return smaller;
  }

  /** Goes on with these choices if they show the same and lead to a shorter text. */
  private boolean isTaken(int[] candidate) throws SQLException {
    if (isOver()) {
      return false;
    }
    Choices again = Choices.again(candidate);
    GeneratedQuery query = Queries.generate(again);
    boolean shorter = query.ours().length() < best.query().ours().length();
    boolean simpler =
        query.ours().length() == best.query().ours().length() && sum(again.taken()) < sum(choices);
    if (!(shorter || simpler) || !tried.add(query.toString())) {
      return false;
    }
    tries++;
    Verdict verdict = judge.judge(query);
    if (!verdict.isLike(best)) {
      return false;
    }
    best = verdict;
    choices = again.taken();
    return true;
  }

  private boolean isOver() {
    return tries >= TRIES || System.nanoTime() - start > NANOS;
  }

  private static long sum(int[] numbers) {
    return Arrays.stream(numbers).asLongStream().sum() + numbers.length;
  }
}
