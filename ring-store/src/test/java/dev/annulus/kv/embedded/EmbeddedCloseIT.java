package dev.annulus.kv.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import dev.annulus.kv.buffer.ReadSet;
import dev.annulus.kv.buffer.WriteBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is closed while it is being used: whoever comes too late is told, and no more. */
@Timeout(120)
class EmbeddedCloseIT {
  private static final KeyRange ALL = KeyRange.startingWith(new byte[] {1});
  private static final KeyRange KEYS = KeyRange.startingWith("k".getBytes());
  private static final int ROUNDS = 40;
  private static final int USERS = 6;

  @TempDir private Path directory;

  @Test
  void aTransactionThatIsOpenWhenTheEngineClosesIsToldSo() {
    EmbeddedEngine engine = open(0);
    fill(engine);
    EmbeddedSession session = engine.begin(true);
    assertThat(session.get(key(1))).isNotNull();
    engine.close();
    assertClosed(() -> session.get(key(1)));
    assertClosed(session::metadataVersion);
    assertClosed(() -> session.estimatedBytes(KEYS));
    assertClosed(() -> session.getRange(KEYS, 10, 1 << 20, Order.ASCENDING));
    assertClosed(() -> session.getRange(ALL, 10, 1 << 20, Order.DESCENDING));
    WriteBuffer writes = new WriteBuffer();
    writes.set(key(1), new byte[1]);
    assertClosed(() -> session.commit(writes, new ReadSet()));
    assertThatCode(session::close).doesNotThrowAnyException();
    assertClosed(() -> engine.begin(false));
    assertClosed(engine::sizeBytes);
    assertThatCode(engine::sync).doesNotThrowAnyException();
    assertThatCode(engine::close).doesNotThrowAnyException();
  }

  @Test
  void aBodyThatGoesOnAfterTheEngineWasClosedIsToldSo() {
    EmbeddedEngine engine = open(0);
    fill(engine);
    CompletableFuture<byte[]> read =
        engine.read(
            tx ->
                tx.get(key(1))
                    .thenCompose(
                        value -> {
                          engine.close();
                          return tx.get(key(2));
                        }));
    assertThatThrownBy(read::join).hasCauseInstanceOf(StoreException.class);
    assertThatCode(() -> open(0).close()).doesNotThrowAnyException();
  }

  @Test
  void readersAndWritersDuringCloseMeetTheDocumentedErrorOnly() throws Exception {
    long seed = System.nanoTime();
    System.out.println("EmbeddedCloseIT seed " + seed);
    ExecutorService users = Executors.newFixedThreadPool(USERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        EmbeddedEngine engine = open(round);
        fill(engine);
        CountDownLatch busy = new CountDownLatch(USERS);
        AtomicInteger turnedAway = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
          Random random = new Random(seed + 31L * round + user);
          int way = user;
          running.add(users.submit(() -> use(engine, way, random, busy, turnedAway)));
        }
        busy.await();
        engine.close();
        for (Future<?> user : running) {
          user.get(30, TimeUnit.SECONDS);
        }
        assertThat(turnedAway).hasValue(USERS);
      }
    } finally {
      users.shutdownNow();
    }
  }

  /** Uses the engine until it is closed. */
  private static void use(
      EmbeddedEngine engine,
      int way,
      Random random,
      CountDownLatch busy,
      AtomicInteger turnedAway) {
    try {
      for (int i = 0; ; i++) {
        if (i == 3) {
          busy.countDown();
        }
        switch (way % 6) {
          case 0 -> scan(engine, random, KEYS);
          case 1 -> scan(engine, random, ALL);
          case 2 -> engine.read(tx -> tx.getRange(KEYS, 2_000, Order.DESCENDING)).join();
          case 3 -> write(engine, random);
          case 4 -> {
            engine.sizeBytes();
            engine.sync();
          }
          default -> readAndCommit(engine, random);
        }
      }
    } catch (RuntimeException e) {
      busy.countDown();
      assertThat(StoreException.unwrap(e))
          .isInstanceOfSatisfying(
              StoreException.class,
              failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure).hasMessage("the store is closed");
              });
      turnedAway.incrementAndGet();
    }
  }

  private static void scan(EmbeddedEngine engine, Random random, KeyRange range) {
    try (EmbeddedSession session = engine.begin(false)) {
      for (int i = 0; i < 4; i++) {
        session.getRange(
            range, 1 + random.nextInt(3_000), 1 << 20, Order.values()[random.nextInt(2)]);
        session.get(key(random.nextInt(3_000)));
        session.estimatedBytes(range);
      }
    }
  }

  private static void readAndCommit(EmbeddedEngine engine, Random random) {
    try (EmbeddedSession session = engine.begin(true)) {
      byte[] key = key(random.nextInt(3_000));
      session.get(key);
      WriteBuffer writes = new WriteBuffer();
      writes.set(key, new byte[random.nextInt(200)]);
      ReadSet reads = new ReadSet();
      reads.add(key);
      session.commit(writes, reads);
    }
  }

  private static void write(EmbeddedEngine engine, Random random) {
    engine
        .write(
            tx -> {
              for (int i = 0; i < 500; i++) {
                tx.byteMax(slot(random.nextInt(20), random.nextInt(3_000)), record(random));
              }
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }

  private static void fill(EmbeddedEngine engine) {
    engine
        .write(
            tx -> {
              for (int i = 0; i < 3_000; i++) {
                tx.set(key(i), new byte[20]);
                tx.byteMax(slot(i % 20, i), new byte[24]);
              }
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }

  private EmbeddedEngine open(int round) {
    EmbeddedConfig sizes = EmbeddedConfig.in(directory.resolve("store" + round));
    // Small buffers: keys are on their way to disk all the time.
    return EmbeddedEngine.open(
        new EmbeddedConfig(
            sizes.directory(), sizes.maxBytes(), 0, 1 << 20, 1 << 20, Duration.ofMillis(5)));
  }

  private static byte[] key(int number) {
    return ("k" + number).getBytes();
  }

  private static byte[] slot(long ring, int slot) {
    return ByteBuffer.allocate(13).put((byte) 1).putLong(ring).putInt(slot).array();
  }

  private static byte[] record(Random random) {
    return ByteBuffer.allocate(24).putLong(random.nextInt(1_000_000)).array();
  }

  private static void assertClosed(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage("the store is closed");
  }
}
