package dev.annulus.benchmarks.layout;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A batch in chunks at the head of a lane. The head is read serializably, so two writers of a lane
 * conflict; a worker has a lane of its own. Entries more than {@link #KEPT} batches old are
 * cleared.
 */
record JournalAppend(int samples, int chunkBytes) implements Work {
  private static final double BYTES_PER_SAMPLE = 11;
  private static final int KEPT = 20;

  @Override
  public CompletableFuture<?> step(Database database, int worker, long step) {
    int chunks = Math.max(1, (int) Math.round(samples * BYTES_PER_SAMPLE / chunkBytes));
    int last = (int) (samples * BYTES_PER_SAMPLE) - (chunks - 1) * chunkBytes;
    byte[] head = LayoutKeys.key(9, worker, 0);
    return database.runAsync(
        transaction ->
            transaction
                .get(head)
                .thenApply(
                    stored -> {
                      int n = stored == null ? 0 : ByteBuffer.wrap(stored).getInt();
                      for (int i = 0; i < chunks; i++) {
                        transaction.set(
                            LayoutKeys.key(10, worker, n + i),
                            LayoutKeys.value(i + 1 < chunks ? chunkBytes : Math.max(1, last)));
                      }
                      transaction.set(head, ByteBuffer.allocate(4).putInt(n + chunks).array());
                      if (n > KEPT * chunks) {
                        transaction.clear(
                            new Range(
                                LayoutKeys.key(10, worker, 0),
                                LayoutKeys.key(10, worker, n - KEPT * chunks)));
                      }
                      return stored;
                    }));
  }
}
