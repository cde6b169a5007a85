package dev.annulus.query.sql.differential;

import dev.annulus.query.sql.differential.Judge.Relation;
import dev.annulus.query.sql.differential.Judge.Verdict;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks many queries, on several threads. Query <i>n</i> of a seed is always the same, whatever the
 * number of threads.
 */
final class Run {
  private final Rows rows;
  private final Deviations deviations;
  private final long seed;
  private final int queries;
  private final int mostDifferences;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Relation, Integer> counts = new EnumMap<>(Relation.class);
  private final List<Verdict> differences = new ArrayList<>();

  Run(Rows rows, Deviations deviations, long seed, int queries, int mostDifferences) {
    this.rows = rows;
    this.deviations = deviations;
    this.seed = seed;
    this.queries = queries;
    this.mostDifferences = mostDifferences;
  }

  /** Blocks until all queries are asked, the time is over or enough differences are found. */
  void toEnd(int threads, int minutes) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(
            () -> {
              work(end);
              return null;
            });
      }
      for (Future<Void> worker : executor.invokeAll(workers)) {
        worker.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private void work(long end) throws SQLException {
    try (Reference reference = rows.reference()) {
      Judge judge = new Judge(rows.fixture, reference, deviations);
      while (!isEnough() && System.nanoTime() < end) {
        int number = next.getAndIncrement();
        if (number >= queries) {
          return;
        }
        Choices choices = Choices.random(seed * 1_000_003L + number);
        Verdict verdict = judge.judge(Queries.generate(choices));
        boolean different = verdict.relation() == Relation.DIFFERENT;
        add(verdict, different ? Shrinker.shrink(judge, verdict, choices.taken()) : null);
      }
    }
  }

  private synchronized void add(Verdict verdict, @Nullable Verdict shrunk) {
    counts.merge(verdict.relation(), 1, Integer::sum);
    if (shrunk != null) {
      differences.add(shrunk);
    }
  }

  private synchronized boolean isEnough() {
    return differences.size() >= mostDifferences;
  }

  /** How many queries ended in which way. */
  synchronized Map<Relation, Integer> counts() {
    return Map.copyOf(counts);
  }

  /** How many queries were asked. */
  synchronized int asked() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many queries had the same rows in both engines. */
  synchronized int compared() {
    return counts.getOrDefault(Relation.SAME, 0);
  }

  /** What was found, each difference as a small query. */
  synchronized List<Verdict> differences() {
    return List.copyOf(differences);
  }
}
