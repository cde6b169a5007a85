package dev.annulus.collector;

import java.util.LinkedHashMap;
import java.util.Map;

/** An LRU map with a maximum size. */
final class RecentMap<K, V> extends LinkedHashMap<K, V> {
  private final int limit;

  RecentMap(int limit) {
    super(16, 0.75f, true);
    this.limit = limit;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > limit;
  }
}
