package dev.annulus.kv.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.KeyValueEngine;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a transaction reads of its own writes is what a map with the same writes holds. */
class WriteBufferTest {
  private static final KeyRange ALL = range(0, 16);

  @Test
  void readsSeeOwnWritesOverTheStoredEntries() {
    long seed = ThreadLocalRandom.current().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      TreeMap<byte[], byte[]> stored = entries(random);
      TreeMap<byte[], byte[]> expected = new TreeMap<>(stored);
      WriteBuffer buffer = new WriteBuffer();
      for (int i = random.nextInt(12); i > 0; i--) {
        write(random, buffer, expected);
        if (random.nextInt(4) == 0) {
          check(random, buffer, stored, expected, seed);
        }
      }
      check(random, buffer, stored, expected, seed);
    }
  }

  @Test
  void aRangeReadKeepsTheWritesOfItsTime() {
    WriteBuffer buffer = new WriteBuffer();
    buffer.set(key(1), new byte[] {1});
    OwnWrites before = buffer.own(ALL);
    buffer.set(key(2), new byte[] {2});
    buffer.clear(ALL);

    assertThat(merged(before, new TreeMap<>(Arrays::compareUnsigned), ALL, 16, Order.ASCENDING))
        .containsExactly("1=1");
  }

  @Test
  void limitsAreThoseOfFoundationDb() {
    WriteBuffer buffer = new WriteBuffer();

    assertThatThrownBy(() -> buffer.set(new byte[KeyValueEngine.LIMITS.keyBytes() + 1], key(1)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("a key has");
    assertThatThrownBy(() -> buffer.set(key(1), new byte[KeyValueEngine.LIMITS.valueBytes() + 1]))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("a value has");
    assertThatThrownBy(() -> buffer.set(new byte[] {(byte) 0xFF}, key(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(buffer.isEmpty()).isTrue();
  }

  private static void write(Random random, WriteBuffer buffer, TreeMap<byte[], byte[]> map) {
    byte[] key = key(random.nextInt(16));
    byte[] value = {(byte) random.nextInt(256)};
    switch (random.nextInt(4)) {
      case 0 -> {
        buffer.set(key, value);
        map.put(key, value);
      }
      case 1 -> {
        buffer.clear(key);
        map.remove(key);
      }
      case 2 -> {
        KeyRange range = someRange(random);
        buffer.clear(range);
        if (!range.isEmpty()) {
          map.subMap(range.begin(), range.end()).clear();
        }
      }
      default -> {
        buffer.byteMax(key, value);
        map.merge(key, value, (a, b) -> Arrays.compareUnsigned(a, b) >= 0 ? a : b);
      }
    }
  }

  private static void check(
      Random random,
      WriteBuffer buffer,
      TreeMap<byte[], byte[]> stored,
      TreeMap<byte[], byte[]> expected,
      long seed) {
    for (int i = 0; i < 16; i++) {
      byte[] base = buffer.hides(key(i)) ? null : stored.get(key(i));
      WriteBuffer.Own own = buffer.own(key(i));
      assertThat(own == null ? base : own.over(base))
          .as("key %d, seed %d", i, seed)
          .isEqualTo(expected.get(key(i)));
    }
    KeyRange range = someRange(random);
    int limit = 1 + random.nextInt(16);
    Order order = random.nextBoolean() ? Order.ASCENDING : Order.DESCENDING;
    assertThat(merged(buffer.own(range), stored, range, limit, order))
        .as("range read, seed %d", seed)
        .isEqualTo(read(expected, range, limit, order));
  }

  private static List<String> read(
      TreeMap<byte[], byte[]> map, KeyRange range, int limit, Order order) {
    List<String> found = new ArrayList<>();
    if (!range.isEmpty()) {
      map.subMap(range.begin(), range.end()).forEach((key, value) -> found.add(text(key, value)));
    }
    if (order == Order.DESCENDING) {
      Collections.reverse(found);
    }
    return found.subList(0, Math.min(limit, found.size()));
  }

  private static List<String> merged(
      OwnWrites own, TreeMap<byte[], byte[]> stored, KeyRange range, int limit, Order order) {
    Entries.Builder builder = new Entries.Builder();
    own.merge(new Cursor(stored, range, order), range, limit, order, builder);
    Entries entries = builder.build();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      found.add(text(entries.key(i), entries.value(i)));
    }
    return found;
  }

  /** Over a part of a map. */
  private static final class Cursor implements OwnWrites.Stored {
    private final Iterator<Map.Entry<byte[], byte[]>> rest;
    private Map.@Nullable Entry<byte[], byte[]> current;

    Cursor(TreeMap<byte[], byte[]> map, KeyRange range, Order order) {
      TreeMap<byte[], byte[]> part = new TreeMap<>(Arrays::compareUnsigned);
      if (!range.isEmpty()) {
        part.putAll(map.subMap(range.begin(), range.end()));
      }
      rest = (order == Order.ASCENDING ? part : part.descendingMap()).entrySet().iterator();
      advance();
    }

    @Override
    public byte @Nullable [] key() {
      return current == null ? null : current.getKey();
    }

    @Override
    public byte[] value() {
      return Objects.requireNonNull(current).getValue();
    }

    @Override
    public void advance() {
      current = rest.hasNext() ? rest.next() : null;
    }
  }

  private static TreeMap<byte[], byte[]> entries(Random random) {
    TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = random.nextInt(10); i > 0; i--) {
      entries.put(key(random.nextInt(16)), new byte[] {(byte) random.nextInt(256)});
    }
    return entries;
  }

  private static KeyRange someRange(Random random) {
    int begin = random.nextInt(16);
    return range(begin, begin + random.nextInt(17 - begin));
  }

  private static KeyRange range(int begin, int end) {
    return new KeyRange(key(begin), key(end));
  }

  private static byte[] key(int i) {
    return new byte[] {'k', (byte) i};
  }

  private static String text(byte[] key, byte[] value) {
    return key[1] + "=" + Byte.toUnsignedInt(value[0]);
  }
}
