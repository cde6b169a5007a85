package dev.annulus.store;

import static dev.annulus.store.StoreFixture.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annulus.kv.ForwardingEngine;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBlockRingsIT extends BlockRingsContract {
  private static final byte[] PREFIX = {7};
  @TempDir private Path directory;

  @Override
  protected KeyValueEngine engine() {
    return EmbeddedEngine.open(EmbeddedConfig.in(directory));
  }

  @Override
  protected byte[] keyPrefix() {
    return PREFIX;
  }

  @Override
  protected void release(KeyValueEngine used, KeyRange written) {
    used.close();
  }

  /** A flush between a transaction's snapshot and its first look at the tail. */
  @Test
  void aSnapshotFromBeforeAFlushMissesNothing() throws Exception {
    try (EmbeddedEngine own = EmbeddedEngine.open(EmbeddedConfig.in(directory.resolve("other")))) {
      AtomicReference<Runnable> meanwhile = new AtomicReference<>();
      KeyValueEngine late = new LateEngine(own, meanwhile);
      BlockConfig blocks =
          BlockConfig.DEFAULT
              .withSlotsPerBlock(BlockConfig.BLOCK)
              .flushingAt(1 << 20, Duration.ofMinutes(5));
      try (StoreFixture store = new StoreFixture(late, PREFIX, blocks)) {
        store.write(gauge("m", 1, 100), 1, 1, 2, 2, 3, 3);
        meanwhile.set(() -> store.store.flush().join());
        TransferCounts counts =
            store.store.transfer().exportTo(OutputStream.nullOutputStream(), (stage, done) -> {});
        assertThat(counts.samples()).isEqualTo(3);
        assertThat(meanwhile.get()).isNull();
      }
    }
  }

  /**
   * Does something between the snapshot of a read of rings and its body: once, at the first
   * transaction that reads a counter's state, as an export does for each ring.
   */
  private static final class LateEngine extends ForwardingEngine {
    private final AtomicReference<Runnable> meanwhile;

    LateEngine(KeyValueEngine engine, AtomicReference<Runnable> meanwhile) {
      super(engine);
      this.meanwhile = meanwhile;
    }

    @Override
    public <T> CompletableFuture<T> read(
        Function<? super ReadTransaction, ? extends CompletionStage<T>> body) {
      return super.read(
          tx ->
              tx.get(PREFIX)
                  .thenCompose(
                      snapshot -> {
                        Runnable task = isExport() ? meanwhile.getAndSet(null) : null;
                        if (task != null) {
                          task.run();
                        }
                        return body.apply(tx);
                      }));
    }

    private static boolean isExport() {
      return StackWalker.getInstance()
          .walk(
              frames ->
                  frames.anyMatch(
                      frame ->
                          frame.getClassName().endsWith(".Exporter")
                              && frame.getMethodName().equals("part")));
    }
  }
}
