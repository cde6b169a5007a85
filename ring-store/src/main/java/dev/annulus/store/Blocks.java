package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.ReadTransaction;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The blocks of slots in the database. Thread-safe. */
final class Blocks {
  private static final int PURGED_PER_TRANSACTION = 200;

  private final Keys keys;

  Blocks(Keys keys) {
    this.keys = keys;
  }

  /**
   * The stored blocks of a range of slots, merged with the tail.
   *
   * @param tail all its runs
   */
  CompletableFuture<SlotPage> read(
      ReadTransaction tx, List<SortedRun> tail, long ringId, SlotRange range, int limit) {
    RingKeys blocks = keys.blocks(ringId);
    SlotRange wanted =
        new SlotRange(SlotBlock.blockOf(range.first()), SlotBlock.blockOf(range.last()));
    int most = Math.max(1, limit / SlotBlock.SLOTS);
    return tx.getRange(blocks.slots(wanted), most, Order.ASCENDING)
        .thenApply(found -> BlockPage.merged(tail, ringId, range, blocks, found, most));
  }

  /** A change to a stored block; may run several times. */
  interface Change {
    void apply(SlotBlock block);
  }

  /**
   * Reads a block, merges, and writes it if that changes it. The read makes two mergers of one
   * block conflict, and lets a late one do no harm.
   */
  CompletableFuture<Void> merge(Transaction tx, long ringId, int number, Change change) {
    return merge(tx, keys.blocks(ringId).slot(number), change);
  }

  private static CompletableFuture<Void> merge(Transaction tx, byte[] key, Change change) {
    return tx.get(key).thenAccept(stored -> merge(tx, key, stored, change));
  }

  private static void merge(Transaction tx, byte[] key, byte @Nullable [] stored, Change change) {
    SlotBlock block = new SlotBlock();
    if (stored != null) {
      block.decodeMillis(stored);
    }
    change.apply(block);
    write(tx, key, stored, block, new byte[SlotBlock.MAX_BYTES]);
  }

  /** Writes a block if that changes it. */
  private static void write(
      Transaction tx, byte[] key, byte @Nullable [] stored, SlotBlock block, byte[] scratch) {
    if (block.present() == 0) {
      if (stored != null) {
        tx.clear(key);
      }
      return;
    }
    int length = block.encodeMillis(scratch, 0);
    if (stored == null || !Arrays.equals(scratch, 0, length, stored, 0, stored.length)) {
      tx.set(key, Arrays.copyOf(scratch, length));
    }
  }

  /**
   * Merges the next blocks of a walk into the stored ones.
   *
   * @param wanted the keys of these blocks, in order
   */
  CompletableFuture<Void> merge(Transaction tx, List<byte[]> wanted, RunIterator walk) {
    return tx.getAll(wanted)
        .thenAccept(
            stored -> {
              SlotBlock block = new SlotBlock();
              byte[] scratch = new byte[SlotBlock.MAX_BYTES];
              for (int i = 0; i < wanted.size(); i++, walk.advance()) {
                byte[] before = stored.get(i);
                block.reset();
                if (before != null) {
                  block.decodeMillis(before);
                }
                walk.mergeInto(block);
                write(tx, wanted.get(i), before, block, scratch);
              }
            });
  }

  /** Merges samples into the blocks of a ring. */
  CompletableFuture<Void> merge(Transaction tx, long ringId, List<Rings.Slot> slots) {
    Map<Integer, List<Rings.Slot>> byBlock = new TreeMap<>();
    for (Rings.Slot slot : slots) {
      byBlock
          .computeIfAbsent(SlotBlock.blockOf(slot.slot()), number -> new ArrayList<>())
          .add(slot);
    }
    RingKeys blocks = keys.blocks(ringId);
    List<CompletableFuture<Void>> merged = new ArrayList<>(byBlock.size());
    byBlock.forEach(
        (number, samples) ->
            merged.add(
                merge(
                    tx,
                    blocks.slot(number),
                    block -> {
                      for (Rings.Slot slot : samples) {
                        block.merge(
                            SlotBlock.indexOf(slot.slot()),
                            slot.tsMillis(),
                            slot.sequence(),
                            Double.doubleToRawLongBits(slot.value()));
                      }
                    })));
    return Futures.all(merged).thenApply(done -> null);
  }

  /**
   * Removes samples that were logged before an offset from some of a ring's blocks.
   *
   * @param from number of the first block
   * @return the number of the block to go on with; {@link SlotPage#END} if there is none
   */
  CompletableFuture<Integer> purge(Transaction tx, long ringId, int from, long beforeOffset) {
    RingKeys blocks = keys.blocks(ringId);
    return tx.getRange(
            blocks.slots(SlotRange.ALL.from(from)), PURGED_PER_TRANSACTION, Order.ASCENDING)
        .thenApply(
            found -> {
              for (int i = 0; i < found.size(); i++) {
                merge(tx, found.key(i), found.value(i), block -> purge(block, beforeOffset));
              }
              return found.size() < PURGED_PER_TRANSACTION
                  ? SlotPage.END
                  : blocks.slotOf(lastKey(found)) + 1;
            });
  }

  private static byte[] lastKey(Entries found) {
    return found.key(found.size() - 1);
  }

  private static void purge(SlotBlock block, long beforeOffset) {
    int kept = 0;
    for (int rest = block.present(); rest != 0; rest &= rest - 1) {
      int index = Integer.numberOfTrailingZeros(rest);
      if (SampleRecord.offset(block.second(index)) >= beforeOffset) {
        kept |= 1 << index;
      }
    }
    block.retain(kept);
  }
}
