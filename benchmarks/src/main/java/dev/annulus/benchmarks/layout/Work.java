package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import java.util.concurrent.CompletableFuture;

/** One way to store samples, done again and again by several workers. */
interface Work {
  /** Samples that one step stores. */
  int samples();

  /**
   * One transaction, committed when the future completes.
   *
   * @param worker from 0; workers never share keys unless the work says so
   * @param step how many steps this worker has done
   */
  CompletableFuture<?> step(Database database, int worker, long step);
}
