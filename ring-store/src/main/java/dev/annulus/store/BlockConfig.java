package dev.annulus.store;

import java.time.Duration;

/**
 * How a store keeps rings.
 *
 * @param slotsPerBlock for a new database: {@link SlotBlock#SLOTS} for blocks behind a journal, 1
 *     for one key per slot; an existing database keeps what it has
 * @param tailBytes memory of journal entries that are not in blocks yet, at which a flush begins;
 *     at twice as much, writers wait
 * @param flushAfter age of an entry at which a flush begins
 * @param patience how long writers wait, and how long one transaction of a flush may take
 */
public record BlockConfig(
    int slotsPerBlock, long tailBytes, Duration flushAfter, Duration patience) {
  /** Slots of a block. */
  public static final int BLOCK = SlotBlock.SLOTS;

  private static final int SHARE_OF_HEAP = 16;
  private static final long LEAST_TAIL_BYTES = 16L << 20;

  /** For a process that shares its heap with a broker and a job. */
  public static final long EMBEDDED_TAIL_BYTES =
      Math.min(64L << 20, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

  /**
   * Blocks; a sixteenth of the heap for what is not in them yet, since each task of a sink opens a
   * store of its own.
   */
  public static final BlockConfig DEFAULT =
      new BlockConfig(
          BLOCK,
          Math.max(LEAST_TAIL_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60));

  public BlockConfig {
    if (slotsPerBlock != 1 && slotsPerBlock != BLOCK) {
      throw new IllegalArgumentException(
          "slots per block must be 1 or %d, got %d".formatted(BLOCK, slotsPerBlock));
    }
    if (tailBytes < 1) {
      throw new IllegalArgumentException("tail bytes must be at least 1, got " + tailBytes);
    }
  }

  /** A copy for new databases of another layout. */
  public BlockConfig withSlotsPerBlock(int slots) {
    return new BlockConfig(slots, tailBytes, flushAfter, patience);
  }

  /** A copy with other limits at which a flush begins. */
  public BlockConfig flushingAt(long bytes, Duration age) {
    return new BlockConfig(slotsPerBlock, bytes, age, patience);
  }
}
