package dev.annulus.kv;

/**
 * A transaction that may write. Reads are remembered, and the commit fails (and the body runs
 * again) if another transaction has changed what they saw; a range read counts as far as it got.
 */
public interface Transaction extends ReadTransaction {

  /** The same transaction with reads that are not remembered and so cannot cause a conflict. */
  ReadTransaction snapshot();

  /** Makes the commit fail if the key is changed meanwhile, as if it had been read. */
  void addReadConflict(byte[] key);

  /** Writes a value. The arrays are not copied: change them no more. */
  void set(byte[] key, byte[] value);

  /** Removes a key; nothing happens if it is not there. */
  void clear(byte[] key);

  /** Removes every key of a range, at a cost that does not depend on their number. */
  void clear(KeyRange range);

  /**
   * Keeps the larger of the stored value and this one, compared as unsigned bytes, a prefix being
   * smaller; stores this one if there is none. Reads nothing, so it never conflicts.
   */
  void byteMax(byte[] key, byte[] value);

  /** Sets {@link #metadataVersion()} to a value never seen before. */
  void touchMetadataVersion();
}
