package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Scans of the index that skip runs: neighbouring entries with the same text. Thread-safe. */
final class IndexScan {
  private static final int CHUNK = 512;

  /** Entries that a skip scan reads before its first seek. */
  private static final int FEW = 32;

  private static final int LEAST = 4;
  private static final int MOST = 2048;

  private final KeyValueEngine engine;
  private final Keys keys;

  IndexScan(KeyValueEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
  }

  /** Receives entries. */
  interface EntryVisitor {
    /** Returns whether to continue. */
    boolean visit(byte[] key, byte[] value);
  }

  /**
   * Visits the wanted entries of a range in order, and seeks past runs that are not wanted.
   *
   * @param visitor runs on an engine thread or the caller's; an exception fails the future
   */
  CompletableFuture<Void> runs(KeyRange range, WantedRuns runs, EntryVisitor visitor) {
    KeyRange[] rest = {range};
    return Futures.whileTrue(
        () ->
            engine
                .read(tx -> tx.getRange(rest[0], CHUNK, Order.ASCENDING))
                .thenApply(
                    entries -> {
                      for (int i = 0; i < entries.size(); i++) {
                        byte[] key = entries.key(i);
                        if (runs.isWanted(key) && !visitor.visit(key, entries.value(i))) {
                          return false;
                        }
                      }
                      boolean more = advance(rest, entries);
                      if (more) {
                        runs.skipUnwanted(rest);
                      }
                      return more;
                    }));
  }

  private static boolean advance(KeyRange[] rest, Entries entries) {
    if (entries.size() < CHUNK) {
      return false;
    }
    rest[0] = rest[0].beyond(entries.key(entries.size() - 1));
    return true;
  }

  /**
   * Visits one entry per tag key, or per tag key and value, then seeks past its others (a skip
   * scan).
   *
   * @param visitor returns whether to continue
   */
  CompletableFuture<Void> skip(KeyRange range, boolean values, Predicate<Keys.TagEntry> visitor) {
    KeyRange[] rest = {range};
    int[] few = {FEW};
    return Futures.whileTrue(
        () ->
            engine
                .read(tx -> tx.getRange(rest[0], few[0], Order.ASCENDING))
                .thenApply(
                    entries -> {
                      byte[] last = null;
                      int length = 0; // of what all keys of its run begin with
                      int runs = 0;
                      for (int i = 0; i < entries.size(); i++) {
                        byte[] key = entries.key(i);
                        if (last == null || !startsWith(key, last, length)) {
                          runs++;
                          if (!visitor.test(keys.tagOf(key))) {
                            return false;
                          }
                          last = key;
                          length = keys.runLength(key, values);
                        }
                      }
                      if (last == null || entries.size() < few[0]) {
                        return false;
                      }
                      few[0] = next(few[0], runs);
                      KeyRange run = KeyRange.startingWith(Arrays.copyOf(last, length));
                      rest[0] = new KeyRange(run.end(), rest[0].end());
                      return true;
                    }));
  }

  private static boolean startsWith(byte[] key, byte[] other, int length) {
    return key.length >= length && Arrays.equals(key, 0, length, other, 0, length);
  }

  /**
   * How many entries to read after {@code few} of them: short runs are cheaper read than skipped.
   */
  private static int next(int few, int runs) {
    if (runs * 4 > few) {
      return Math.min(MOST, few * 4);
    }
    return runs == 1 ? Math.max(LEAST, few / 2) : few;
  }

  /** Neighbouring entries that are wanted together or not at all. */
  record Run(KeyRange range, boolean wanted) {}

  interface RunOf {
    @Nullable Run key(byte[] key);
  }

  /** Looks at the first entry of each run. */
  static final class WantedRuns {
    private final RunOf runOf;
    private @Nullable Run run;

    /** All entries are wanted. */
    WantedRuns() {
      this(key -> null);
    }

    /**
     * @param runOf the run of an entry's key; asked once for each run
     */
    WantedRuns(RunOf runOf) {
      this.runOf = runOf;
    }

    boolean isWanted(byte[] key) {
      if (run == null || !run.range().contains(key)) {
        run = runOf.key(key);
      }
      return run == null || run.wanted();
    }

    void skipUnwanted(KeyRange[] rest) {
      if (run != null && !run.wanted()) {
        rest[0] = new KeyRange(run.range().end(), rest[0].end());
      }
    }
  }
}
