package dev.annulus.kv.embedded;

import dev.annulus.kv.ring.RingSlot;
import dev.annulus.kv.ring.RunIterator;
import dev.annulus.kv.ring.SlotBlock;
import dev.annulus.kv.ring.SortedRun;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Builds RocksDB write batches that change blocks on disk; the caller writes them. Thread-safe. */
final class RingBlocks {
  /** Bytes of the key of a block. */
  static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

  private final RocksFiles files;
  private final int family;

  RingBlocks(RocksFiles files) {
    this.files = files;
    this.family = files.rings().getID();
  }

  /** The key of a block: ring and block number. */
  static byte[] key(long ring, int block) {
    return ByteBuffer.allocate(KEY_BYTES).putLong(ring).putInt(block).array();
  }

  /** Clears ranges. Blocks that straddle a bound keep their slots outside the range. */
  void clear(List<RingSlot.Range> ranges, SerializedBatch batch) throws RocksDBException {
    Set<RingSlot> cut = new TreeSet<>();
    for (RingSlot.Range range : ranges) {
      RingSlot from = range.from();
      RingSlot to = range.to();
      int first = SlotBlock.blockOf(from.slot());
      int last = SlotBlock.blockOf(to.slot());
      if (SlotBlock.indexOf(from.slot()) != 0) {
        cut.add(new RingSlot(from.ring(), SlotBlock.slotOf(first++, 0)));
      }
      if (SlotBlock.indexOf(to.slot()) != 0) {
        cut.add(new RingSlot(to.ring(), SlotBlock.slotOf(last, 0)));
      }
      byte[] begin = key(from.ring(), first);
      byte[] end = key(to.ring(), last);
      if (Arrays.compareUnsigned(begin, end) < 0) {
        batch.deleteRange(family, begin, end);
      }
    }
    for (RingSlot block : cut) {
      cut(ranges, block.ring(), SlotBlock.blockOf(block.slot()), batch);
    }
  }

  /** Removes the slots of some ranges from a block. */
  private void cut(List<RingSlot.Range> ranges, long ring, int number, SerializedBatch batch)
      throws RocksDBException {
    byte[] key = key(ring, number);
    byte[] stored = files.db().get(files.rings(), key);
    if (stored == null) {
      return;
    }
    SlotBlock block = new SlotBlock();
    block.decode(stored, 0, stored.length);
    for (RingSlot.Range range : ranges) {
      block.retain(~range.maskOf(ring, number));
    }
    if (block.present() == 0) {
      batch.delete(family, key);
    } else {
      byte[] encoded = new byte[SlotBlock.MAX_BYTES];
      batch.put(family, key, encoded, block.encode(encoded, 0));
    }
  }

  /**
   * A part of the merged blocks, as a batch.
   *
   * @param next where the next part starts; null after the last
   */
  record MergedBlocks(SerializedBatch batch, @Nullable RingSlot next) {}

  /**
   * Merges runs into the stored blocks that they touch.
   *
   * @param from the part starts with its block
   * @param bytes batch size after which the part ends
   */
  MergedBlocks merged(List<SortedRun> runs, RingSlot from, int bytes) throws RocksDBException {
    SerializedBatch batch = new SerializedBatch(bytes, 0);
    SlotBlock block = new SlotBlock();
    byte[] encoded = new byte[SlotBlock.MAX_BYTES];
    try (RocksIterator stored = files.db().newIterator(files.rings())) {
      stored.seek(key(from.ring(), SlotBlock.blockOf(from.slot())));
      RunIterator iterator = RunIterator.up(runs, from);
      for (; iterator.isValid(); iterator.advance()) {
        if (batch.bytes() >= bytes) {
          return new MergedBlocks(
              batch, new RingSlot(iterator.ring(), SlotBlock.slotOf(iterator.block(), 0)));
        }
        byte[] key = key(iterator.ring(), iterator.block());
        block.reset();
        if (isAt(stored, key)) {
          byte[] before = stored.value();
          block.decode(before, 0, before.length);
        }
        iterator.mergeInto(block);
        if (block.present() != 0) {
          batch.put(family, key, encoded, block.encode(encoded, 0));
        }
      }
      stored.status();
    }
    return new MergedBlocks(batch, null);
  }

  /** Moves forward to a key; usually the next one. */
  private static boolean isAt(RocksIterator stored, byte[] key) {
    int order = compare(stored, key);
    if (order < 0) {
      stored.next();
      order = compare(stored, key);
    }
    if (order < 0) {
      stored.seek(key);
      order = compare(stored, key);
    }
    return order == 0;
  }

  private static int compare(RocksIterator stored, byte[] key) {
    return stored.isValid() ? Arrays.compareUnsigned(stored.key(), key) : 1;
  }
}
