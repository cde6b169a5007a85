package dev.annulus.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranges of cleared slots, sorted and disjoint. Immutable. */
final class ClearedSlots {
  static final ClearedSlots NONE = new ClearedSlots(List.of());

  private final List<RingSlot.Range> ranges;

  private ClearedSlots(List<RingSlot.Range> ranges) {
    this.ranges = ranges;
  }

  /** The union with more ranges; adjacent ranges merge. */
  ClearedSlots and(List<RingSlot.Range> more) {
    List<RingSlot.Range> all = new ArrayList<>(ranges);
    all.addAll(more);
    all.sort(Comparator.comparing(RingSlot.Range::from));
    List<RingSlot.Range> apart = new ArrayList<>(all.size());
    for (RingSlot.Range next : all) {
      RingSlot.Range last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last == null || last.to().compareTo(next.from()) < 0) {
        apart.add(next);
      } else if (last.to().compareTo(next.to()) < 0) {
        apart.set(apart.size() - 1, new RingSlot.Range(last.from(), next.to()));
      }
    }
    return new ClearedSlots(List.copyOf(apart));
  }

  /** The cleared slots of a block, one bit each. */
  int maskOf(long ring, int block) {
    if (ranges.isEmpty()) {
      return 0;
    }
    int mask = 0;
    for (int i = firstEndingAfter(new RingSlot(ring, SlotBlock.slotOf(block, 0)));
        i < ranges.size() && ranges.get(i).overlaps(ring, block);
        i++) {
      mask |= ranges.get(i).maskOf(ring, block);
    }
    return mask;
  }

  private int firstEndingAfter(RingSlot slot) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).to().compareTo(slot) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
