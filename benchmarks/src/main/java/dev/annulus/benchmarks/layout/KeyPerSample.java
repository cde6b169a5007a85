package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import java.util.concurrent.CompletableFuture;

/** Layout 1: each sample is a key of its own, kept by maximum. */
record KeyPerSample(int samples, int series) implements Work {
  private static final int VALUE_BYTES = 24;

  @Override
  public CompletableFuture<?> step(Database database, int worker, long step) {
    return database.runAsync(
        transaction -> {
          for (int i = 0; i < samples; i++) {
            long n = step * samples + i;
            int ring = worker * series + (int) (n % series);
            int slot = (int) (n / series % 3_600);
            transaction.mutate(
                MutationType.BYTE_MAX,
                LayoutKeys.key(1, ring, slot),
                LayoutKeys.value(VALUE_BYTES));
          }
          return CompletableFuture.completedFuture(null);
        });
  }
}
