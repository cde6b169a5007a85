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
  void whenItIsFullItForgets() {
    RememberedBytes remembered = new RememberedBytes(10_000);
    SeriesCache<String> cache = new SeriesCache<>(remembered);
    SeriesCache<String> other = new SeriesCache<>(remembered);
    put(other, "key", "value");
    for (int i = 0; find(other, "", "key") != null; i++) {
      assertThat(i).as("what was remembered").isLessThan(100);
      put(cache, "key" + i, "value");
      if (find(other, "", "key") == null) {
        assertThat(find(cache, "", "key" + i)).isNull();
      }
    }
    put(cache, "key", "again");
    assertThat(find(cache, "", "key")).isEqualTo("again");
  }

  private static void put(SeriesCache<String> cache, String key, String value) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    cache.put(SeriesCache.hash(bytes, 0, bytes.length), bytes, 0, bytes.length, value, 100);
  }

  private static String find(SeriesCache<String> cache, String before, String key) {
    byte[] bytes = (before + key).getBytes(StandardCharsets.UTF_8);
    int from = before.length();
    return cache.find(SeriesCache.hash(bytes, from, bytes.length), bytes, from, bytes.length);
  }
}
