package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import java.util.concurrent.CompletableFuture;

/** What layout 2 does for a batch: append it, then bring as many samples into blocks. */
record AppendAndMerge(JournalAppend append, BlockMerge merge) implements Work {
  @Override
  public int samples() {
    return append.samples();
  }

  @Override
  public CompletableFuture<?> step(Database database, int worker, long step) {
    int merges = Math.max(1, append.samples() / merge.samples());
    CompletableFuture<?> done = append.step(database, worker, step);
    for (int i = 0; i < merges; i++) {
      long next = step * merges + i;
      done = done.thenCompose(before -> merge.step(database, worker, next));
    }
    return done;
  }
}
