package dev.annulus.kv.embedded;

import dev.annulus.kv.Entries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.ReadTransaction.Order;
import dev.annulus.kv.ring.RingSlot;
import dev.annulus.kv.ring.RingSpace;
import dev.annulus.kv.ring.RunIterator;
import dev.annulus.kv.ring.SlotBlock;
import dev.annulus.kv.ring.SortedRun;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Iterates slots: the blocks on disk, merged with the sorted runs in memory. */
final class RingCursor implements Cursor {
  private final RingSlot.Range range;
  private final KeyCursor stored;
  private final RunIterator runs;
  private final boolean ascending;
  private final SlotBlock block = new SlotBlock();
  private final ByteBuffer storedKey = ByteBuffer.allocate(RingBlocks.KEY_BYTES);
  private final byte[] encoded = new byte[SlotBlock.MAX_BYTES];
  private final Entries.Source keySource = this::copyKey;
  private final Entries.Source valueSource = this::copyValue;
  private boolean storedValid;
  private long storedRing;
  private int storedBlock;
  private long ring;
  private int number;
  // Bitmap of the current block's remaining slots.
  private int rest;
  private int index;

  /**
   * @param stored iterates {@link #blocks} of the range in the same order; closed with this cursor
   * @param runs the slots in memory
   */
  RingCursor(RingSlot.Range range, KeyCursor stored, List<SortedRun> runs, Order order) {
    this.range = range;
    this.stored = stored;
    this.ascending = order == Order.ASCENDING;
    this.runs = ascending ? RunIterator.up(runs, range.from()) : RunIterator.down(runs, range.to());
    readStored();
    nextBlock();
  }

  /** The key range on disk of the blocks that overlap a range. */
  static KeyRange blocks(RingSlot.Range range) {
    RingSlot to = range.to();
    int end = SlotBlock.blockOf(to.slot()) + (SlotBlock.indexOf(to.slot()) == 0 ? 0 : 1);
    return new KeyRange(
        RingBlocks.key(range.from().ring(), SlotBlock.blockOf(range.from().slot())),
        RingBlocks.key(to.ring(), end));
  }

  @Override
  public boolean isValid() {
    return rest != 0;
  }

  @Override
  public byte @Nullable [] key() {
    return isValid() ? RingSpace.key(ring, SlotBlock.slotOf(number, index)) : null;
  }

  @Override
  public byte[] value() {
    byte[] value = new byte[RingSpace.VALUE_BYTES];
    block.value(index, value, 0);
    return value;
  }

  @Override
  public void addTo(Entries.Builder entries) {
    entries.add(keySource, valueSource);
  }

  @Override
  public void addValueTo(Entries.Builder entries) {
    entries.addValue(valueSource);
  }

  @Override
  public void advance() {
    rest &= ~(1 << index);
    if (rest == 0) {
      nextBlock();
    } else {
      stand();
    }
  }

  @Override
  public void check() throws RocksDBException {
    stored.check();
  }

  @Override
  public void close() {
    stored.close();
  }

  private int copyKey(byte[] target, int offset, int length) {
    return length < RingSpace.MAX_KEY_BYTES
        ? RingSpace.MAX_KEY_BYTES
        : RingSpace.write(ring, SlotBlock.slotOf(number, index), target, offset);
  }

  private int copyValue(byte[] target, int offset, int length) {
    if (length >= RingSpace.VALUE_BYTES) {
      block.value(index, target, offset);
    }
    return RingSpace.VALUE_BYTES;
  }

  private void stand() {
    index =
        ascending
            ? Integer.numberOfTrailingZeros(rest)
            : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(rest);
  }

  private void nextBlock() {
    rest = 0;
    while (rest == 0 && (storedValid || runsValid())) {
      int side = !storedValid ? -1 : !runsValid() ? 1 : runs.compare(storedRing, storedBlock);
      block.reset();
      ring = side < 0 ? runs.ring() : storedRing;
      number = side < 0 ? runs.block() : storedBlock;
      if (side >= 0) {
        block.decode(encoded, 0, stored.value(encoded));
        stored.advance();
        readStored();
      }
      if (side <= 0) {
        runs.mergeInto(block);
        runs.advance();
      }
      rest = block.present() & range.maskOf(ring, number);
    }
    if (rest != 0) {
      stand();
    }
  }

  /** Whether the runs have blocks left that overlap the range. */
  private boolean runsValid() {
    return runs.isValid() && range.overlaps(runs.ring(), runs.block());
  }

  private void readStored() {
    storedValid = stored.isValid();
    if (storedValid) {
      stored.key(storedKey.array());
      storedRing = storedKey.getLong(0);
      storedBlock = storedKey.getInt(Long.BYTES);
    }
  }
}
