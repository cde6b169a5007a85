package dev.annulus.store;

import dev.annulus.kv.Entries;
import dev.annulus.kv.FormerEntries;
import dev.annulus.kv.KeyRange;
import dev.annulus.kv.UpgradableEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rings of an embedded store that an earlier version wrote: blocks and a journal beside all
 * other keys. Moves them to where layout 2 has them. Blocking; not thread-safe.
 *
 * <p>May be interrupted anywhere and run again, as long as nobody else writes to the rings
 * meanwhile: a block is written to its new place before it is removed from the old one, and merging
 * the journal twice changes nothing.
 *
 * <pre>
 * family rings:   ring (8) │ slot ÷ 32 (4)        → block, see {@link SlotBlock}, times in seconds
 * family journal: number of the commit (8)        → {@link FormerJournalEntry}
 * </pre>
 */
final class FormerRings {
  private static final String BLOCKS = "rings";
  private static final String JOURNAL = "journal";
  private static final byte[] FIRST = {};

  /** Bytes of one transaction. */
  private static final int PAGE_BYTES = 1 << 20;

  /** Blocks merged in one transaction. */
  private static final int MERGED = 400;

  private final UpgradableEngine engine;
  private final Keys keys;
  private final Blocks blocks;

  FormerRings(UpgradableEngine engine, Keys keys) {
    this.engine = engine;
    this.keys = keys;
    this.blocks = new Blocks(keys);
  }

  /** Whether an earlier version has left anything, even if it is empty. */
  boolean exist() {
    return engine.former(BLOCKS) != null || engine.former(JOURNAL) != null;
  }

  /** Whether what an earlier version has left is empty. */
  boolean areEmpty() {
    return isEmpty(engine.former(BLOCKS)) && isEmpty(engine.former(JOURNAL));
  }

  private static boolean isEmpty(@Nullable FormerEntries family) {
    return family == null || family.page(FIRST, 1).isEmpty();
  }

  /**
   * Moves everything.
   *
   * @param progress told the slots of each part
   */
  void move(LongConsumer progress) {
    FormerEntries stored = engine.former(BLOCKS);
    if (stored != null) {
      moveBlocks(stored, progress);
      stored.drop();
    }
    FormerEntries journal = engine.former(JOURNAL);
    if (journal != null) {
      mergeJournal(journal, progress);
      journal.drop();
    }
  }

  private void moveBlocks(FormerEntries stored, LongConsumer progress) {
    SlotBlock block = new SlotBlock();
    for (Entries page = stored.page(FIRST, PAGE_BYTES);
        !page.isEmpty();
        page = stored.page(FIRST, PAGE_BYTES)) {
      Entries moved = page;
      engine
          .write(
              tx -> {
                for (int i = 0; i < moved.size(); i++) {
                  // The same bytes: blocks of whole seconds are kept in seconds.
                  tx.set(newKey(moved.key(i)), moved.value(i));
                }
                return CompletableFuture.completedFuture(null);
              })
          .join();
      long slots = 0;
      for (int i = 0; i < page.size(); i++) {
        byte[] value = page.value(i);
        block.decode(value, 0, value.length);
        slots += Integer.bitCount(block.present());
      }
      stored.removeBefore(KeyRange.next(page.key(page.size() - 1)));
      progress.accept(slots);
    }
  }

  private byte[] newKey(byte[] former) {
    ByteBuffer key = ByteBuffer.wrap(former);
    return keys.blocks(key.getLong()).slot(key.getInt());
  }

  private void mergeJournal(FormerEntries journal, LongConsumer progress) {
    List<SortedRun> runs = new ArrayList<>();
    byte[] from = FIRST;
    for (Entries page = journal.page(from, PAGE_BYTES);
        !page.isEmpty();
        page = journal.page(from, PAGE_BYTES)) {
      for (int i = 0; i < page.size(); i++) {
        FormerJournalEntry entry = FormerJournalEntry.decode(page.value(i));
        // What was cleared is not in blocks any more, only in earlier entries.
        runs.replaceAll(run -> run.without(entry.cleared()));
        runs.add(entry.slots());
      }
      from = KeyRange.next(page.key(page.size() - 1));
      runs = new ArrayList<>(List.of(SortedRun.merged(runs)));
    }
    merge(runs, progress);
  }

  private void merge(List<SortedRun> runs, LongConsumer progress) {
    RunIterator walk = RunIterator.up(runs, RingSlot.FIRST);
    while (walk.isValid()) {
      RingSlot start = new RingSlot(walk.ring(), SlotBlock.slotOf(walk.block(), 0));
      List<byte[]> part = new ArrayList<>(MERGED);
      for (; walk.isValid() && part.size() < MERGED; walk.advance()) {
        part.add(keys.blocks(walk.ring()).slot(walk.block()));
      }
      engine.write(tx -> blocks.merge(tx, part, RunIterator.up(runs, start))).join();
    }
    for (SortedRun run : runs) {
      progress.accept(run.slots());
    }
  }
}
