package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Blocks are written, in the order of their keys, and read before if asked: a flush must merge with
 * what is there.
 *
 * @param blocks in one transaction
 * @param blockBytes length of a block
 * @param perBlock samples that a flush has for a block
 * @param series of one worker; each has 113 blocks, as a ring of 3,600 slots by 32
 */
record BlockMerge(int blocks, int blockBytes, int perBlock, int series, boolean read)
    implements Work {
  private static final int BLOCKS_PER_RING = 113;

  @Override
  public int samples() {
    return blocks * perBlock;
  }

  @Override
  public CompletableFuture<?> step(Database database, int worker, long step) {
    return database.runAsync(transaction -> merge(transaction, worker, step));
  }

  private CompletableFuture<?> merge(Transaction transaction, int worker, long step) {
    List<CompletableFuture<?>> merges = new ArrayList<>(blocks);
    for (int i = 0; i < blocks; i++) {
      long n = step * blocks + i;
      int ring = worker * series + (int) (n % series);
      byte[] key = LayoutKeys.key(4, ring, (int) (n / series % BLOCKS_PER_RING));
      if (read) {
        merges.add(
            transaction
                .get(key)
                .thenAccept(stored -> transaction.set(key, LayoutKeys.value(blockBytes))));
      } else {
        transaction.set(key, LayoutKeys.value(blockBytes));
      }
    }
    return CompletableFuture.allOf(merges.toArray(CompletableFuture[]::new));
  }
}
