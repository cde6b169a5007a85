package dev.annulus.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.ReadTransaction.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine must do. FoundationDB's behaviour decides. */
public abstract class KeyValueEngineContract extends EngineConflictContract {
  @Test
  void aKeyIsAbsentUntilSetAndAfterBeingCleared() {
    assertThat(get("a")).isNull();
    set("a", "1");
    assertThat(get("a")).isEqualTo("1");
    set("a", "");
    assertThat(get("a")).isEmpty();
    write(tx -> tx.clear(key("a")));
    assertThat(get("a")).isNull();
  }

  @Test
  void rangesAreOrderedByUnsignedBytesWithinTheirBounds() {
    for (String key : List.of("b", "\u0080", "a", "\u00fe", "c", "\u007f", "aa")) {
      set(key, key);
    }
    assertThat(range("", "\u00fe", 100, Order.ASCENDING))
        .containsExactly("a", "aa", "b", "c", "\u007f", "\u0080");
    assertThat(range("aa", "c", 100, Order.ASCENDING)).containsExactly("aa", "b");
    assertThat(range("a", "c", 2, Order.ASCENDING)).containsExactly("a", "aa");
    assertThat(range("a", "\u0080", 3, Order.DESCENDING)).containsExactly("\u007f", "c", "b");
    assertThat(range("c", "c", 10, Order.ASCENDING)).isEmpty();
    assertThat(range("c", "a", 10, Order.DESCENDING)).isEmpty();
    assertThat(range("d", "e", 10, Order.DESCENDING)).isEmpty();
  }

  @Test
  void aReadSinceASnapshotSeesAtLeastWhatThatSaw() {
    set("a", "1");
    long snapshot = engine.read(ReadTransaction::snapshotVersion).join();
    for (long since : List.of(snapshot, 1L)) { // the latter is too old wherever snapshots end
      assertThat(text(engine.readSince(since, tx -> tx.get(key("a"))).join())).isEqualTo("1");
    }
    set("a", "2");
    assertThat(text(engine.readSince(snapshot, tx -> tx.get(key("a"))).join())).isIn("1", "2");
  }

  @Test
  void severalKeysAreReadLikeEachOfThem() {
    Random random = new Random(3);
    for (int i = 0; i < 200; i += 1 + random.nextInt(4)) {
      set("%03d".formatted(i), "value " + i);
    }
    for (int round = 0; round < 50; round++) {
      List<String> wanted = new ArrayList<>();
      for (int i = random.nextInt(30); i < 230; i += random.nextInt(20)) {
        wanted.add("%03d".formatted(i));
      }
      if (round % 3 == 0) {
        Collections.shuffle(wanted, random);
      }
      boolean own = round % 2 == 0;
      write(
          tx -> {
            if (own) {
              tx.set(key("100"), bytes("own"));
              tx.byteMax(key("101"), bytes("zz"));
              tx.clear(new KeyRange(key("110"), key("120")));
            }
            for (ReadTransaction reads : List.of(tx, tx.snapshot())) {
              assertThat(texts(reads.getAll(wanted.stream().map(this::key).toList()).join()))
                  .isEqualTo(
                      wanted.stream().map(name -> text(reads.get(key(name)).join())).toList());
            }
          });
    }
    assertThat(engine.read(tx -> tx.getAll(List.of())).join()).isEmpty();
  }

  @Test
  void byteMaxKeepsTheLargerValue() {
    byteMax("k", "m");
    assertThat(get("k")).isEqualTo("m");
    byteMax("k", "l");
    assertThat(get("k")).isEqualTo("m");
    byteMax("k", "mm");
    assertThat(get("k")).as("a longer value beats its prefix").isEqualTo("mm");
    byteMax("k", "m");
    assertThat(get("k")).isEqualTo("mm");
    byteMax("k", "\u00ff");
    assertThat(get("k")).as("bytes are unsigned").isEqualTo("\u00ff");
    set("k", "a");
    byteMax("k", "b");
    assertThat(get("k")).as("above a plain set").isEqualTo("b");
    write(tx -> tx.clear(key("k")));
    byteMax("k", "a");
    assertThat(get("k")).as("after a clear").isEqualTo("a");
  }

  @Test
  void byteMaxCommutes() {
    List<String> values = new ArrayList<>(List.of("b", "ab", "ba", "aab", "bab"));
    for (int round = 0; round < 10; round++) {
      java.util.Collections.shuffle(values, new Random(round));
      String key = "k" + round;
      values.forEach(value -> byteMax(key, value));
      assertThat(get(key)).isEqualTo("bab");
    }
  }

  @Test
  void aTransactionReadsItsOwnWrites() {
    set("a", "1");
    set("b", "1");
    set("c", "1");
    write(
        tx -> {
          tx.set(key("a"), bytes("2"));
          tx.clear(key("b"));
          tx.byteMax(key("c"), bytes("0"));
          tx.byteMax(key("d"), bytes("4"));
          assertThat(text(tx.get(key("a")).join())).isEqualTo("2");
          assertThat(tx.get(key("b")).join()).isNull();
          assertThat(text(tx.get(key("c")).join())).isEqualTo("1");
          assertThat(text(tx.get(key("d")).join())).isEqualTo("4");
          assertThat(keysOf(tx.getRange(whole(), 10, Order.ASCENDING).join()))
              .containsExactly("a", "c", "d");
          assertThat(keysOf(tx.getRange(whole(), 2, Order.DESCENDING).join()))
              .containsExactly("d", "c");
        });
  }

  @Test
  void aRangeClearHidesWhatIsStoredAndWhatWasWrittenBefore() {
    set("a", "1");
    set("b", "9");
    set("c", "1");
    write(
        tx -> {
          tx.set(key("bb"), bytes("x"));
          tx.clear(new KeyRange(key("b"), key("c")));
          assertThat(tx.get(key("b")).join()).isNull();
          tx.byteMax(key("b"), bytes("5"));
          assertThat(text(tx.get(key("b")).join())).as("what was below is gone").isEqualTo("5");
        });
    assertThat(range("", "z", 10, Order.ASCENDING)).containsExactly("a", "b", "c");
    assertThat(get("b")).isEqualTo("5");
  }

  @ParameterizedTest
  @MethodSource("dev.annulus.model.Seeds#fresh")
  void aTransactionSeesWhatAMapWouldHold(long seed) {
    Random random = new Random(seed);
    TreeMap<String, String> model = new TreeMap<>();
    for (int round = 0; round < 12; round++) {
      TreeMap<String, String> before = new TreeMap<>(model);
      long roundSeed = random.nextLong();
      write(
          tx -> {
            model.clear();
            model.putAll(before); // the body may run twice
            Random ops = new Random(roundSeed);
            for (int op = 0; op < 25; op++) {
              randomOperation(tx, ops, model);
            }
          });
      assertThat(range("", "\u00fe", 1000, Order.ASCENDING))
          .containsExactlyElementsOf(model.keySet());
      model.forEach((key, value) -> assertThat(get(key)).isEqualTo(value));
    }
  }

  private void randomOperation(Transaction tx, Random random, TreeMap<String, String> model) {
    String key = randomKey(random);
    String value = Integer.toString(random.nextInt(100));
    switch (random.nextInt(6)) {
      case 0 -> {
        tx.set(key(key), bytes(value));
        model.put(key, value);
      }
      case 1 -> {
        tx.clear(key(key));
        model.remove(key);
      }
      case 2 -> {
        String end = randomKey(random);
        tx.clear(new KeyRange(key(key), key(end)));
        if (key.compareTo(end) < 0) {
          model.subMap(key, end).clear();
        }
      }
      case 3 -> assertThat(text(tx.get(key(key)).join())).isEqualTo(model.get(key));
      case 4 -> {
        Order order = random.nextBoolean() ? Order.ASCENDING : Order.DESCENDING;
        int limit = 1 + random.nextInt(6);
        Map<String, String> expected = order == Order.ASCENDING ? model : model.descendingMap();
        Entries found = tx.getRange(whole(), limit, order).join();
        assertThat(keysOf(found))
            .containsExactlyElementsOf(expected.keySet().stream().limit(limit).toList());
        for (int i = 0; i < found.size(); i++) {
          assertThat(text(found.value(i))).isEqualTo(model.get(keysOf(found).get(i)));
        }
      }
      default -> {
        tx.byteMax(key(key), bytes(value));
        model.merge(key, value, (a, b) -> a.compareTo(b) >= 0 ? a : b);
      }
    }
  }

  private static String randomKey(Random random) {
    return "k" + (char) ('a' + random.nextInt(6)) + (random.nextBoolean() ? "" : "x");
  }

  @Test
  void aReadSeesOneSnapshot() {
    set("a", "old");
    List<String> seen = new ArrayList<>();
    engine
        .read(
            tx -> {
              seen.clear();
              seen.add(text(tx.get(key("a")).join()));
              set("a", "new");
              set("b", "new");
              seen.add(text(tx.get(key("a")).join()));
              seen.add(text(tx.get(key("b")).join()));
              return done();
            })
        .join();
    assertThat(seen).containsExactly("old", "old", null);
  }

  @Test
  void snapshotReadsSeeTheTransactionsOwnWrites() {
    write(
        tx -> {
          tx.set(key("a"), bytes("1"));
          assertThat(text(tx.snapshot().get(key("a")).join())).isEqualTo("1");
        });
  }

  @Test
  void sizesAreLimited() {
    byte[] bigKey = Arrays.copyOf(key("big"), KeyValueEngine.LIMITS.keyBytes() + 1);
    byte[] bigValue = new byte[KeyValueEngine.LIMITS.valueBytes() + 1];
    assertTooLarge(tx -> tx.set(bigKey, bytes("1")));
    assertTooLarge(tx -> tx.set(key("a"), bigValue));
    assertTooLarge(
        tx -> {
          for (int i = 0; i < 101; i++) {
            tx.set(key("many" + i), Arrays.copyOf(bigValue, KeyValueEngine.LIMITS.valueBytes()));
          }
        });
    assertThat(range("", "z", 10, Order.ASCENDING)).as("nothing was written").isEmpty();
    write(
        tx -> {
          tx.set(Arrays.copyOf(bigKey, KeyValueEngine.LIMITS.keyBytes()), bytes("1"));
          tx.set(key("a"), Arrays.copyOf(bigValue, KeyValueEngine.LIMITS.valueBytes()));
        });
  }

  private void assertTooLarge(Consumer<Transaction> body) {
    assertThatThrownBy(() -> write(body))
        .cause()
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.TOO_LARGE));
  }

  @Test
  void aBodyThatFailsWritesNothing() {
    assertThatThrownBy(
            () ->
                write(
                    tx -> {
                      tx.set(key("a"), bytes("1"));
                      throw new IllegalArgumentException("no");
                    }))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                engine
                    .write(
                        tx -> {
                          tx.set(key("a"), bytes("1"));
                          return CompletableFuture.failedFuture(new IllegalArgumentException("no"));
                        })
                    .join())
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(get("a")).isNull();
  }

  @Test
  void keysOfTheEngineItselfAreRefused() {
    assertThatThrownBy(() -> write(tx -> tx.set(new byte[] {(byte) 0xFF, 1}, bytes("1"))))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }
}
