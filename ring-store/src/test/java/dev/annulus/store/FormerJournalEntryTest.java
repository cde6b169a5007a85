package dev.annulus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annulus.kv.StoreException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormerJournalEntryTest {
  /** As the engine wrote it: a clear, then two blocks of a sample each. */
  private static final byte[] ENTRY =
      HexFormat.of().parseHex("0101030004050207000182c49fd50c12624004a502010880c49fd50c12623ff8");

  @Test
  void theBytesOfTheFormerJournalAreRead() {
    FormerJournalEntry entry = FormerJournalEntry.decode(ENTRY);
    assertThat(entry.cleared())
        .isEqualTo(List.of(new RingSlot.Range(new RingSlot(3, 0), new RingSlot(4, 5))));
    RunIterator walk = RunIterator.up(List.of(entry.slots()), RingSlot.FIRST);
    assertHolds(walk, 7, 1, 1_700_000_001_000L, 2.5);
    walk.advance();
    assertHolds(walk, 300, 40, 1_700_000_000_000L, 1.5);
    walk.advance();
    assertThat(walk.isValid()).isFalse();
  }

  private static void assertHolds(RunIterator walk, long ring, int slot, long ts, double value) {
    assertThat(walk.ring()).isEqualTo(ring);
    assertThat(walk.block()).isEqualTo(SlotBlock.blockOf(slot));
    SlotBlock block = new SlotBlock();
    walk.mergeInto(block);
    int index = SlotBlock.indexOf(slot);
    assertThat(block.present()).isEqualTo(1 << index);
    assertThat(block.first(index)).isEqualTo(ts);
    assertThat(block.second(index)).isEqualTo(9);
    assertThat(Double.longBitsToDouble(block.third(index))).isEqualTo(value);
  }

  @Test
  void aCutEntryIsCorrupt() {
    for (int length = 0; length < ENTRY.length; length++) {
      byte[] cut = Arrays.copyOf(ENTRY, length);
      assertThatThrownBy(() -> FormerJournalEntry.decode(cut))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
    }
    byte[] unknown = ENTRY.clone();
    unknown[0] = 9;
    assertThatThrownBy(() -> FormerJournalEntry.decode(unknown)).hasMessageContaining("format 9");
  }
}
