package dev.annulus.kv.embedded;

import dev.annulus.kv.ring.RingPlace;
import dev.annulus.kv.ring.Run;
import dev.annulus.kv.ring.RunWalk;
import dev.annulus.kv.ring.SlotBlock;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Changes to the blocks of slots on disk, as batches that somebody else writes. Thread-safe. */
final class RingBlocks {
  /** Bytes of the key of a block. */
  static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

  private final RocksFiles files;
  private final int family;

  RingBlocks(RocksFiles files) {
    this.files = files;
    this.family = files.rings().getID();
  }

  /** The key of a block: its ring and its number. */
  static byte[] key(long ring, int block) {
    return ByteBuffer.allocate(KEY_BYTES).putLong(ring).putInt(block).array();
  }

  /** Clears ranges; the blocks at their ends keep what lies outside. */
  void clear(List<RingPlace.Range> ranges, SerializedBatch batch) throws RocksDBException {
    Set<RingPlace> cut = new TreeSet<>();
    for (RingPlace.Range range : ranges) {
      RingPlace from = range.from();
      RingPlace to = range.to();
      int first = SlotBlock.blockOf(from.slot());
      int last = SlotBlock.blockOf(to.slot());
      if (SlotBlock.placeOf(from.slot()) != 0) {
        cut.add(new RingPlace(from.ring(), SlotBlock.slotOf(first++, 0)));
      }
      if (SlotBlock.placeOf(to.slot()) != 0) {
        cut.add(new RingPlace(to.ring(), SlotBlock.slotOf(last, 0)));
      }
      byte[] begin = key(from.ring(), first);
      byte[] end = key(to.ring(), last);
      if (Arrays.compareUnsigned(begin, end) < 0) {
        batch.deleteRange(family, begin, end);
      }
    }
    for (RingPlace block : cut) {
      cut(ranges, block.ring(), SlotBlock.blockOf(block.slot()), batch);
    }
  }

  /** Takes ranges out of a block. */
  private void cut(List<RingPlace.Range> ranges, long ring, int number, SerializedBatch batch)
      throws RocksDBException {
    byte[] key = key(ring, number);
    byte[] stored = files.db().get(files.rings(), key);
    if (stored == null) {
      return;
    }
    SlotBlock block = new SlotBlock();
    block.decode(stored, 0, stored.length);
    for (RingPlace.Range range : ranges) {
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
   * Some blocks to write.
   *
   * @param next the first place that is not in it; null if there is none
   */
  record Part(SerializedBatch batch, @Nullable RingPlace next) {}

  /**
   * The blocks that runs touch, as stored now and raised by the runs.
   *
   * @param from begins with its block
   * @param bytes after which the part ends
   */
  Part raised(List<Run> runs, RingPlace from, int bytes) throws RocksDBException {
    SerializedBatch batch = new SerializedBatch(bytes, 0);
    SlotBlock block = new SlotBlock();
    byte[] encoded = new byte[SlotBlock.MAX_BYTES];
    try (RocksIterator stored = files.db().newIterator(files.rings())) {
      stored.seek(key(from.ring(), SlotBlock.blockOf(from.slot())));
      RunWalk walk = RunWalk.up(runs, from);
      for (; walk.isValid(); walk.advance()) {
        if (batch.bytes() >= bytes) {
          return new Part(batch, new RingPlace(walk.ring(), SlotBlock.slotOf(walk.block(), 0)));
        }
        byte[] key = key(walk.ring(), walk.block());
        block.reset();
        if (isAt(stored, key)) {
          byte[] before = stored.value();
          block.decode(before, 0, before.length);
        }
        walk.raise(block);
        if (block.present() != 0) {
          batch.put(family, key, encoded, block.encode(encoded, 0));
        }
      }
      stored.status();
    }
    return new Part(batch, null);
  }

  /** Moves forward to a key; most follow one another. */
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
