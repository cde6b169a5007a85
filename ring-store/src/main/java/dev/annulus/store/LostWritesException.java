package dev.annulus.store;

/**
 * The store has less than it had: a machine died before the last second reached its disk, or its
 * files were damaged. Whoever writes has to read the log again from where the store is now.
 */
public final class LostWritesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostWritesException(int partition, long offset) {
    super(
        "the store no longer has what was written up to offset %d of partition %d"
            .formatted(offset, partition));
  }
}
