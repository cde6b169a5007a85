package dev.annulus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {
  @Test
  void bytesAreFoundAgainWhereverTheyStand() {
    SeriesCache<String> cache = new SeriesCache<>(new RememberedBytes(100_000));
    for (int i = 0; i < 60; i++) {
      assertThat(find(cache, "", "x".repeat(i))).isNull();
      put(cache, "x".repeat(i), "value" + i);
    }
    for (int i = 0; i < 60; i++) {
      String found = find(cache, "padding", "x".repeat(i));
      if (found != null) {
        assertThat(found).isEqualTo("value" + i);
      }
    }
    long kept = IntStream.range(0, 60).filter(i -> find(cache, "", "x".repeat(i)) != null).count();
    assertThat(kept).as("few share a place").isGreaterThan(50);
  }

  @Test
  void whenAllAreFullEachDropsAHalf() {
    RememberedBytes remembered = new RememberedBytes(100_000);
    SeriesCache<String> cache = new SeriesCache<>(remembered);
    SeriesCache<String> other = new SeriesCache<>(remembered);
    putAll(other, 0, 200);
    long before = found(other, 0, 200);
    putAll(cache, 0, 550);
    assertThat(found(other, 0, 200)).isBetween(before / 5, before * 4 / 5);
    put(cache, "key", "again");
    assertThat(find(cache, "", "key")).isEqualTo("again");
  }

  @Test
  void ofTwiceAsManyAsFitSomeAreFoundAgain() {
    SeriesCache<String> cache = new SeriesCache<>(new RememberedBytes(200_000));
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      String key = "key" + i % 500;
      if (find(cache, "", key) != null) {
        found++;
      } else {
        put(cache, key, "value", 450);
      }
    }
    assertThat(found).isGreaterThan(2_000);
  }

  private static void putAll(SeriesCache<String> cache, int from, int to) {
    IntStream.range(from, to).forEach(i -> put(cache, "key" + i, "value", 450));
  }

  private static long found(SeriesCache<String> cache, int from, int to) {
    return IntStream.range(from, to).filter(i -> find(cache, "", "key" + i) != null).count();
  }

  private static void put(SeriesCache<String> cache, String key, String value) {
    put(cache, key, value, 100);
  }

  private static void put(SeriesCache<String> cache, String key, String value, int size) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    cache.put(SeriesCache.hash(bytes, 0, bytes.length), bytes, 0, bytes.length, value, size);
  }

  private static String find(SeriesCache<String> cache, String before, String key) {
    byte[] bytes = (before + key).getBytes(StandardCharsets.UTF_8);
    int from = before.length();
    return cache.find(SeriesCache.hash(bytes, from, bytes.length), bytes, from, bytes.length);
  }
}
