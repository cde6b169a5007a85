package dev.annulus.store;

/**
 * The store has lost committed writes: a machine crashed before the last second was synced, or
 * files were damaged. The writer must resume reading the log at the store's positions.
 */
public final class LostWritesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostWritesException(int partition, long offset) {
    super(
        "the store has lost writes: its position is below offset %d of partition %d"
            .formatted(offset, partition));
  }
}
