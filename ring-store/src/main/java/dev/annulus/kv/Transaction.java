package dev.annulus.kv;

/**
 * A transaction that may write. If another transaction changes what it has read, the commit fails
 * and the body runs again. A range read conflicts only on the part it has read.
 */
public interface Transaction extends ReadTransaction {

  /** Reads of the same transaction that cannot cause a conflict. */
  ReadTransaction snapshot();

  /** Makes the commit conflict on a key as if it had been read. */
  void addReadConflict(byte[] key);

  /** Writes a value. The arrays are not copied and must not change. */
  void set(byte[] key, byte[] value);

  /** Removes a key if present. */
  void clear(byte[] key);

  /** Removes every key of a range, at constant cost. */
  void clear(KeyRange range);

  /**
   * Keeps the larger of the stored value and this one; an absent value counts as smaller. Compares
   * unsigned bytes, a prefix being smaller. Reads nothing, so it never conflicts.
   */
  void byteMax(byte[] key, byte[] value);

  /** Sets {@link #metadataVersion()} to a new, unique value. */
  void touchMetadataVersion();
}
