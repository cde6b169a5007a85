package dev.annulus.collector;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets the entry touched longest ago once it holds more than its limit. */
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
