package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.KeyValueEngineContract;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.Transaction;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedEngineIT extends KeyValueEngineContract {
  @TempDir private Path directory;
  private EmbeddedEngine engine;

  @Override
  protected KeyValueEngine engine() {
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    return engine;
  }

  @Override
  protected void release(KeyValueEngine opened, KeyRange written) {
    engine.close();
  }

  @Test
  void whatWasCommittedIsThereAfterReopening() {
    put("a", new byte[] {1});
    engine.write(EmbeddedEngineIT::touch).join();
    byte[] version = metadataVersion();
    engine.close();
    engine();
    assertThat(get("a")).containsExactly(1);
    assertThat(metadataVersion()).isEqualTo(version);
    engine.write(EmbeddedEngineIT::touch).join();
    assertThat(metadataVersion()).isNotEqualTo(version);
  }

  @Test
  void aSecondProcessIsTurnedAway() {
    assertThatThrownBy(() -> EmbeddedEngine.open(EmbeddedConfig.in(directory)))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNUSABLE);
              assertThat(e).hasMessageContaining("open").hasMessageContaining(directory.toString());
            });
  }

  @Test
  void aFullStoreRefusesGrowthButStillReadsAndClears() {
    put("kept", new byte[] {1});
    engine.close();
    engine = EmbeddedEngine.open(EmbeddedConfig.in(directory).withMaxBytes(1 << 20));
    Random random = new Random(1);
    byte[] value = new byte[90_000];
    random.nextBytes(value);
    Awaitility.await()
        .pollInSameThread()
        .until(
            () -> {
              try {
                put("k" + random.nextLong(), value);
                return false;
              } catch (CompletionException e) {
                return ((StoreException) e.getCause()).kind() == Kind.FULL;
              }
            });
    assertThat(get("kept")).containsExactly(1);
    engine
        .write(
            tx -> {
              tx.clear(KeyRange.startingWith("k".getBytes()));
              return CompletableFuture.completedFuture(null);
            })
        .join();
    assertThat(get("kept")).isNull();
  }

  @Test
  void aDamagedFileIsReportedAndLeftAlone() throws Exception {
    put("a", new byte[] {1});
    engine.close();
    Path manifest;
    try (var files = Files.list(directory)) {
      manifest =
          files.filter(f -> f.getFileName().toString().startsWith("MANIFEST")).findFirst().get();
    }
    byte[] broken = ByteBuffer.allocate(16).putLong(-1).array();
    Files.write(manifest, broken);
    assertThatThrownBy(this::engine)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    assertThat(manifest).hasBinaryContent(broken);
    Files.delete(manifest);
    assertThatThrownBy(this::engine).isInstanceOf(StoreException.class);
  }

  @Test
  void aRangeIsEstimatedToTakeAboutWhatWasWrittenIntoIt() {
    Random random = new Random(1);
    for (int i = 100; i < 400; i++) {
      byte[] value = new byte[10_000];
      random.nextBytes(value);
      put("k" + i, value);
    }
    KeyRange third = new KeyRange("k1".getBytes(), "k2".getBytes());
    assertThat(engine.read(tx -> tx.estimatedBytes(third)).join()).isBetween(200_000L, 5_000_000L);
    KeyRange nothing = KeyRange.startingWith("z".getBytes());
    assertThat(engine.read(tx -> tx.estimatedBytes(nothing)).join()).isLessThan(100_000L);
  }

  @Test
  void aClosedEngineSaysSo() {
    engine.close();
    assertThatThrownBy(() -> get("a"))
        .hasRootCauseInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
    engine();
  }

  private byte[] get(String key) {
    return engine.read(tx -> tx.get(key.getBytes())).join();
  }

  private byte[] metadataVersion() {
    return engine.read(tx -> tx.metadataVersion()).join();
  }

  private void put(String key, byte[] value) {
    engine
        .write(
            tx -> {
              tx.set(key.getBytes(), value);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }

  private static CompletableFuture<Void> touch(Transaction tx) {
    tx.touchMetadataVersion();
    return CompletableFuture.completedFuture(null);
  }
}
