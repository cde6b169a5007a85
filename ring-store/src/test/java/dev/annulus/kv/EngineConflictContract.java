package dev.annulus.kv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which transactions conflict on every engine, and which never do. */
abstract class EngineConflictContract {
  String space = "";
  KeyValueEngine engine;

  /** The engine under test; it may hold other data. */
  protected abstract KeyValueEngine engine() throws Exception;

  @BeforeEach
  void openEngine() throws Exception {
    engine = engine();
    space = "contract/" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "/";
  }

  /** Closes the engine, or removes from a shared one what the test wrote. */
  protected abstract void release(KeyValueEngine engine, KeyRange written);

  @AfterEach
  void releaseEngine() {
    if (engine != null) {
      release(engine, KeyRange.startingWith(key("")));
    }
  }

  @Test
  void readingSeveralKeysConflictsOnEachAndOnNoOther() {
    set("a", "1");
    List<byte[]> keys = List.of(key("a"), key("c"));
    assertThat(attemptsOf(tx -> tx.getAll(keys).join(), () -> set("b", "1"))).isEqualTo(1);
    assertThat(attemptsOf(tx -> tx.getAll(keys).join(), () -> set("c", "1"))).isEqualTo(2);
    assertThat(attemptsOf(tx -> tx.snapshot().getAll(keys).join(), () -> set("a", "2")))
        .isEqualTo(1);
  }

  @Test
  void aReadThatWasOverwrittenMakesTheBodyRunAgain() {
    set("a", "0");
    int attempts = attemptsOf(tx -> tx.get(key("a")).join(), () -> set("a", "1"));
    assertThat(attempts).isEqualTo(2);
    assertThat(get("result")).isEqualTo("2");
  }

  @Test
  void byteMaxAndClearsByOthersConflictToo() {
    set("a", "5");
    assertThat(attemptsOf(tx -> tx.get(key("a")).join(), () -> byteMax("a", "6"))).isEqualTo(2);
    assertThat(
            attemptsOf(
                tx -> tx.get(key("a")).join(),
                () -> write(tx -> tx.clear(KeyRange.startingWith(key("a"))))))
        .isEqualTo(2);
  }

  @Test
  void aKeyThatAppearsInARangeReadConflicts() {
    KeyRange range = new KeyRange(key("a"), key("c"));
    assertThat(
            attemptsOf(tx -> tx.getRange(range, 10, Order.ASCENDING).join(), () -> set("b", "1")))
        .isEqualTo(2);
    assertThat(
            attemptsOf(tx -> tx.getRange(range, 10, Order.ASCENDING).join(), () -> set("c", "1")))
        .as("outside the range")
        .isEqualTo(1);
  }

  @Test
  void aLimitedRangeReadConflictsOnlyAsFarAsItGot() {
    for (String key : List.of("a", "c", "e")) {
      set(key, "1");
    }
    KeyRange range = new KeyRange(key("a"), key("f"));
    assertThat(attemptsOf(tx -> tx.getRange(range, 2, Order.ASCENDING).join(), () -> set("d", "1")))
        .isEqualTo(1);
    assertThat(attemptsOf(tx -> tx.getRange(range, 2, Order.ASCENDING).join(), () -> set("b", "1")))
        .isEqualTo(2);
    assertThat(
            attemptsOf(tx -> tx.getRange(range, 1, Order.DESCENDING).join(), () -> set("aa", "1")))
        .isEqualTo(1);
  }

  @Test
  void snapshotReadsDoNotConflictUnlessAsked() {
    set("a", "0");
    assertThat(attemptsOf(tx -> tx.snapshot().get(key("a")).join(), () -> set("a", "1")))
        .isEqualTo(1);
    assertThat(
            attemptsOf(
                tx -> {
                  tx.snapshot().get(key("a")).join();
                  tx.addReadConflict(key("a"));
                },
                () -> set("a", "2")))
        .isEqualTo(2);
  }

  @Test
  void blindWritesNeverConflict() {
    assertThat(attemptsOf(tx -> tx.byteMax(key("a"), bytes("1")), () -> byteMax("a", "2")))
        .isEqualTo(1);
    assertThat(attemptsOf(tx -> tx.set(key("a"), bytes("1")), () -> set("a", "2"))).isEqualTo(1);
  }

  @Test
  void noUpdateIsLost() throws Exception {
    int threads = 8;
    int increments = 50;
    concurrently(
        threads,
        () -> {
          for (int i = 0; i < increments; i++) {
            write(
                tx -> {
                  String value = text(tx.get(key("counter")).join());
                  int next = (value == null ? 0 : Integer.parseInt(value)) + 1;
                  tx.set(key("counter"), bytes(Integer.toString(next)));
                });
          }
          return null;
        });
    assertThat(get("counter")).isEqualTo(Integer.toString(threads * increments));
  }

  @Test
  void readersNeverSeeHalfATransaction() throws Exception {
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 200; i++) {
                String value = Integer.toString(i);
                write(
                    tx -> {
                      tx.set(key("left"), bytes(value));
                      tx.set(key("right"), bytes(value));
                    });
              }
            });
    while (!writer.isDone()) {
      List<String> pair =
          engine
              .read(
                  tx ->
                      tx.get(key("left"))
                          .thenCombine(
                              tx.get(key("right")),
                              (left, right) -> Arrays.asList(text(left), text(right))))
              .join();
      assertThat(pair.get(0)).isEqualTo(pair.get(1));
    }
    writer.get();
  }

  @Test
  void theMetadataVersionChangesOnlyWhenTouched() {
    write(Transaction::touchMetadataVersion);
    byte[] first = metadataVersion();
    set("a", "1");
    assertThat(metadataVersion()).isEqualTo(first);
    write(Transaction::touchMetadataVersion);
    assertThat(metadataVersion()).isNotEqualTo(first);
  }

  @Test
  void aWriterThatReadTheMetadataVersionLosesAgainstWhoeverTouchedIt() {
    assertThat(
            attemptsOf(
                tx -> tx.metadataVersion().join(), () -> write(Transaction::touchMetadataVersion)))
        .isEqualTo(2);
  }

  @Test
  void theMetadataVersionCannotBeReadAfterTouchingIt() {
    assertThatThrownBy(
            () ->
                engine
                    .write(
                        tx -> {
                          tx.touchMetadataVersion();
                          return tx.metadataVersion();
                        })
                    .join())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  /**
   * Runs a writing body that reads first, and {@code meanwhile} between the read and the commit of
   * the first attempt.
   */
  private int attemptsOf(Consumer<Transaction> reads, Runnable meanwhile) {
    AtomicInteger attempts = new AtomicInteger();
    write(
        tx -> {
          reads.accept(tx);
          if (attempts.incrementAndGet() == 1) {
            meanwhile.run();
          }
          tx.set(key("result"), bytes(attempts.toString()));
        });
    return attempts.get();
  }

  private static void concurrently(int threads, Callable<Void> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> future : pool.invokeAll(java.util.Collections.nCopies(threads, task))) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private byte[] metadataVersion() {
    Function<ReadTransaction, CompletableFuture<byte[]>> read = ReadTransaction::metadataVersion;
    return engine.read(read).join();
  }

  static List<String> texts(List<byte[]> values) {
    return values.stream().map(KeyValueEngineContract::text).toList();
  }

  String get(String key) {
    return text(engine.read(tx -> tx.get(key(key))).join());
  }

  void set(String key, String value) {
    write(tx -> tx.set(key(key), bytes(value)));
  }

  void byteMax(String key, String value) {
    write(tx -> tx.byteMax(key(key), bytes(value)));
  }

  void write(Consumer<Transaction> body) {
    engine
        .write(
            tx -> {
              body.accept(tx);
              return done();
            })
        .join();
  }

  List<String> range(String begin, String end, int limit, Order order) {
    return keysOf(
        engine.read(tx -> tx.getRange(new KeyRange(key(begin), key(end)), limit, order)).join());
  }

  KeyRange whole() {
    return KeyRange.startingWith(key(""));
  }

  List<String> keysOf(Entries entries) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      keys.add(text(entries.key(i)).substring(space.length()));
    }
    return keys;
  }

  byte[] key(String key) {
    return bytes(space + key);
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, ISO_8859_1);
  }

  static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
