package dev.annulus.kv;

import org.jspecify.annotations.Nullable;

/** An engine whose files may hold what an earlier version kept apart from all keys. */
public interface UpgradableEngine extends KeyValueEngine {
  /** What an earlier version has left under this name; null if nothing. */
  @Nullable FormerEntries former(String name);
}
