package dev.annulus.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountingEngineIT extends KeyValueEngineContract {
  private static final byte[] A = {1};
  private static final byte[] B = {2};

  @TempDir private Path directory;
  private CountingEngine engine;

  @Override
  protected KeyValueEngine engine() {
    engine = new CountingEngine(EmbeddedEngine.open(EmbeddedConfig.in(directory)));
    return engine;
  }

  @Override
  protected void release(KeyValueEngine opened, KeyRange written) {
    opened.close();
  }

  @Test
  void whatIsCommittedIsCountedWithItsSize() {
    put(A, 10);
    engine
        .write(
            tx -> {
              tx.byteMax(A, new byte[20]);
              tx.clear(B);
              return CompletableFuture.completedFuture(null);
            })
        .join();
    engine.read(tx -> tx.get(A)).join();

    EngineStats stats = engine.stats();
    assertThat(stats.commits()).isEqualTo(2);
    assertThat(stats.writtenKeys()).isEqualTo(3);
    assertThat(stats.writtenBytes()).isEqualTo(1 + 10 + 1 + 20 + 1);
    assertThat(stats.largestBytes()).isEqualTo(22);
    assertThat(stats.reads()).isEqualTo(1);
    assertThat(stats.retries()).isZero();
  }

  @Test
  void aLostRaceIsAConflictAndOneMoreAttempt() {
    AtomicBoolean overtaken = new AtomicBoolean();
    engine
        .write(
            tx ->
                tx.get(A)
                    .thenAccept(
                        seen -> {
                          if (overtaken.compareAndSet(false, true)) {
                            put(A, 3);
                          }
                          tx.set(B, new byte[5]);
                        }))
        .join();

    EngineStats stats = engine.stats();
    assertThat(stats.conflicts()).isEqualTo(1);
    assertThat(stats.retries()).isEqualTo(1);
    assertThat(stats.commits()).isEqualTo(2);
    assertThat(stats.writtenBytes()).as("the lost attempt wrote nothing").isEqualTo(4 + 6);
  }

  @Test
  void whatIsGivenUpIsAFailureAndNoConflict() {
    assertThatThrownBy(
            () ->
                engine
                    .write(tx -> CompletableFuture.failedFuture(new IllegalArgumentException("no")))
                    .join())
        .isInstanceOf(CompletionException.class);
    assertThat(engine.stats().failures()).isEqualTo(1);
    assertThat(engine.stats().commits()).isZero();
    assertThat(engine.stats().conflicts()).isZero();
  }

  private void put(byte[] key, int bytes) {
    engine
        .write(
            tx -> {
              tx.set(key, new byte[bytes]);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }
}
