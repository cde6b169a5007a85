package dev.annulus.kv.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import dev.annulus.kv.ring.RingSlot;
import dev.annulus.kv.ring.RingSpace;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** Slots in blocks behave like keys of their own, in memory, on disk and on the way there. */
class EmbeddedRingsIT {
  @TempDir private Path directory;
  private EmbeddedEngine engine;

  @BeforeEach
  void open() {
    // So small that slots are brought to disk after every few hundred.
    engine =
        EmbeddedEngine.open(
            new EmbeddedConfig(directory, 1L << 40, 0, 1 << 20, 64 << 10, Duration.ofSeconds(1)));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void slotsAreWhatAMapWouldHold(long seed) {
    Random random = new Random(seed);
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    List<Kept> snapshots = new ArrayList<>();
    for (int round = 0; round < 150; round++) {
      TreeMap<byte[], byte[]> before = new TreeMap<>(model);
      long operations = random.nextLong();
      write(
          tx -> {
            model.clear();
            model.putAll(before); // the body may run twice
            Random ops = new Random(operations);
            int many = ops.nextInt(4) == 0 ? 300 : 20;
            for (int i = 0; i < many; i++) {
              randomOperation(tx, ops, model);
            }
          });
      if (random.nextInt(10) == 0) {
        snapshots.add(new Kept(engine.begin(false), new TreeMap<>(model)));
      }
      if (random.nextInt(12) == 0) {
        snapshots.forEach(Kept::check);
        snapshots.clear();
        engine.close();
        open();
      }
      check(random, model);
    }
    snapshots.forEach(Kept::check);
  }

  /** A snapshot and what it must go on showing. */
  private record Kept(EmbeddedSession session, NavigableMap<byte[], byte[]> model) {
    void check() {
      try (session) {
        assertSame(session.getRange(WHOLE, 1 << 20, 1 << 30, Order.ASCENDING).entries(), model);
      }
    }
  }

  private static final KeyRange WHOLE = new KeyRange(new byte[0], new byte[] {(byte) 0xFF});

  private void check(Random random, NavigableMap<byte[], byte[]> model) {
    assertSame(engine.read(tx -> tx.getRange(WHOLE, 1 << 20, Order.ASCENDING)).join(), model);
    assertSame(
        engine.read(tx -> tx.getRange(WHOLE, 1 << 20, Order.DESCENDING)).join(),
        model.descendingMap());
    for (int i = 0; i < 10; i++) {
      KeyRange range = anyRange(random);
      NavigableMap<byte[], byte[]> expected = sub(model, range);
      int limit = 1 + random.nextInt(60);
      assertSame(
          engine.read(tx -> tx.getRange(range, limit, Order.ASCENDING)).join(),
          first(expected, limit));
      assertSame(
          engine.read(tx -> tx.getRange(range, limit, Order.DESCENDING)).join(),
          first(expected.descendingMap(), limit));
      Entries values = engine.read(tx -> tx.getValues(range, limit)).join();
      assertThat(values.size()).isEqualTo(Math.min(limit, expected.size()));
      byte[] key = anyKey(random);
      assertThat(engine.read(tx -> tx.get(key)).join()).isEqualTo(model.get(key));
    }
  }

  private static void randomOperation(
      Transaction tx, Random random, NavigableMap<byte[], byte[]> model) {
    byte[] key = anyKey(random);
    switch (random.nextInt(40)) {
      case 0 -> {
        tx.clear(key);
        model.remove(key);
      }
      case 1 -> {
        KeyRange range = anyRange(random);
        tx.clear(range);
        sub(model, range).clear();
      }
      case 2 -> {
        byte[] other = ("other" + random.nextInt(5)).getBytes(UTF_8);
        tx.set(other, new byte[] {1});
        model.put(other, new byte[] {1});
      }
      case 3 -> assertThat(tx.get(key).join()).isEqualTo(model.get(key));
      case 4 -> {
        KeyRange range = anyRange(random);
        assertSame(tx.getRange(range, 1 << 20, Order.ASCENDING).join(), sub(model, range));
      }
      default -> {
        byte[] value =
            value(1_700_000_000 + random.nextInt(50), random.nextInt(2), random.nextInt(9));
        tx.byteMax(key, value);
        model.merge(key, value, (a, b) -> Arrays.compareUnsigned(a, b) >= 0 ? a : b);
      }
    }
  }

  /** Rings 1, 2, 3, 300; slots on both sides of blocks and of another length of the key. */
  private static byte[] anyKey(Random random) {
    long[] rings = {1, 2, 3, 300};
    return RingSpace.key(rings[random.nextInt(rings.length)], random.nextInt(300));
  }

  private static KeyRange anyRange(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.startingWith(ringPrefix(anyKey(random)));
      case 1 -> {
        byte[] from = anyKey(random);
        RingSlot place = RingSpace.ringSlot(from);
        yield new KeyRange(
            from, KeyRange.next(RingSpace.key(place.ring(), place.slot() + random.nextInt(40))));
      }
      default -> {
        byte[] one = anyKey(random);
        byte[] other = anyKey(random);
        yield Arrays.compareUnsigned(one, other) < 0
            ? new KeyRange(one, other)
            : new KeyRange(other, one);
      }
    };
  }

  private static byte[] ringPrefix(byte[] key) {
    RingSlot place = RingSpace.ringSlot(key);
    byte[] first = RingSpace.key(place.ring(), 0);
    return Arrays.copyOf(first, first.length - 1);
  }

  private static byte[] value(long ts, long sequence, double value) {
    return ByteBuffer.allocate(RingSpace.VALUE_BYTES)
        .putLong(ts)
        .putLong(sequence)
        .putDouble(value)
        .array();
  }

  private static NavigableMap<byte[], byte[]> sub(
      NavigableMap<byte[], byte[]> model, KeyRange range) {
    return range.isEmpty()
        ? new TreeMap<>(Arrays::compareUnsigned)
        : model.subMap(range.begin(), true, range.end(), false);
  }

  private static NavigableMap<byte[], byte[]> first(NavigableMap<byte[], byte[]> map, int limit) {
    TreeMap<byte[], byte[]> first = new TreeMap<>(map.comparator());
    map.entrySet().stream().limit(limit).forEach(e -> first.put(e.getKey(), e.getValue()));
    return first;
  }

  private static void assertSame(Entries entries, NavigableMap<byte[], byte[]> model) {
    assertThat(entries.size()).isEqualTo(model.size());
    int i = 0;
    for (var expected : model.entrySet()) {
      assertThat(entries.key(i)).isEqualTo(expected.getKey());
      assertThat(entries.value(i)).isEqualTo(expected.getValue());
      i++;
    }
  }

  @Test
  void clearsThatComeWhileSlotsAreBroughtToDiskAreNotUndone() throws Exception {
    engine.close();
    int rings = 2_000;
    int behind = 200;
    // A thousand rings at a time, in four parts each of which takes some ms.
    EmbeddedConfig larger =
        new EmbeddedConfig(directory, 1L << 40, 0, 1 << 20, 4 << 20, Duration.ofSeconds(1));
    engine = EmbeddedEngine.open(larger);
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      long first = 10_000L * writer;
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (long ring = first; ring < first + rings; ring++) {
                  fill(ring);
                  if (ring - first >= behind) {
                    KeyRange cleared = whole(ring - behind);
                    write(tx -> tx.clear(cleared));
                  }
                }
              }));
    }
    for (CompletableFuture<Void> writer : writers) {
      writer.get();
    }
    for (int writer = 0; writer < 4; writer++) {
      for (long ring = 0; ring < rings; ring++) {
        KeyRange range = whole(10_000L * writer + ring);
        assertThat(engine.read(tx -> tx.getRange(range, 200, Order.ASCENDING)).join().size())
            .isEqualTo(ring < rings - behind ? 0 : 100);
      }
    }
  }

  private void fill(long ring) {
    write(
        tx -> {
          for (int slot = 0; slot < 100; slot++) {
            tx.byteMax(RingSpace.key(ring, slot), value(1_700_000_000, ring, slot));
          }
        });
  }

  private static KeyRange whole(long ring) {
    return KeyRange.startingWith(ringPrefix(RingSpace.key(ring, 0)));
  }

  @Test
  void readersNeverSeeHalfATransaction() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    byte[] position = "position".getBytes(UTF_8);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int round = 0; !done.get(); round++) {
                byte[] value = value(1_700_000_000 + round, 0, 0);
                int slot = round % 400;
                write(
                    tx -> {
                      for (long ring = 1; ring <= 20; ring++) {
                        tx.byteMax(RingSpace.key(ring, slot), value);
                      }
                      tx.set(position, value);
                    });
              }
            });
    for (int i = 0; i < 2_000; i++) {
      engine
          .read(
              tx -> {
                byte[] last = tx.get(position).join();
                if (last != null) {
                  int slot = (int) ((ByteBuffer.wrap(last).getLong() - 1_700_000_000) % 400);
                  for (long ring = 1; ring <= 20; ring++) {
                    assertThat(tx.get(RingSpace.key(ring, slot)).join()).isEqualTo(last);
                  }
                }
                return CompletableFuture.completedFuture(null);
              })
          .join();
    }
    done.set(true);
    writer.get();
  }

  @Test
  void aStoreThatKeptSlotsAsKeysIsTakenOver() throws Exception {
    engine.close();
    Path old = directory.resolve("old");
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    try (Options options = new Options().setCreateIfMissing(true).setMergeOperatorName("max");
        RocksDB db = RocksDB.open(options, old.toString())) {
      for (int i = 0; i < 20_000; i++) {
        byte[] key = RingSpace.key(1 + i % 40, i % 700);
        byte[] value = value(1_700_000_000 + i, i, i);
        db.merge(key, value);
        model.put(key, value);
      }
      db.put("other".getBytes(UTF_8), new byte[] {1});
      model.put("other".getBytes(UTF_8), new byte[] {1});
    }
    for (int start = 0; start < 2; start++) {
      try (EmbeddedEngine opened = EmbeddedEngine.open(EmbeddedConfig.in(old))) {
        assertSame(opened.read(tx -> tx.getRange(WHOLE, 1 << 20, Order.ASCENDING)).join(), model);
      }
    }
    open();
  }

  @Test
  void onlyByteMaxAndClearTouchSlots() {
    assertThatThrownBy(() -> write(tx -> tx.set(RingSpace.key(1, 1), value(1, 1, 1))))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("byte-max");
    assertThatThrownBy(() -> write(tx -> tx.byteMax(RingSpace.key(1, 1), new byte[3])))
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("24 bytes");
  }

  private void write(Consumer<Transaction> body) {
    engine
        .write(
            tx -> {
              body.accept(tx);
              return CompletableFuture.completedFuture(null);
            })
        .join();
  }
}
