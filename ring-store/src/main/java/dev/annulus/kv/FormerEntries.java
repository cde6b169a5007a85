package dev.annulus.kv;

/**
 * Entries that an earlier version kept apart from all other keys. Whoever knows what they mean
 * reads them in order, writes them elsewhere and removes them. Blocking; not thread-safe. Valid
 * until the engine is closed.
 */
public interface FormerEntries {
  /**
   * The first entries from a key on.
   *
   * @param from inclusive
   * @param maxBytes of keys and values, after which the page ends; it holds at least one entry, if
   *     there is one
   * @throws StoreException if the files cannot be read
   */
  Entries page(byte[] from, int maxBytes);

  /**
   * Removes the entries before a key and gives their space back. What was written elsewhere before
   * this call is on disk first.
   *
   * @param end exclusive
   * @throws StoreException if the files cannot be written
   */
  void removeBefore(byte[] end);

  /**
   * Removes all entries and the place where they were kept. What was written elsewhere before this
   * call is on disk first.
   *
   * @throws StoreException if the files cannot be written
   */
  void drop();
}
