package dev.annulus.kv.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranges of places, in order and apart from one another. Immutable. */
final class ClearedPlaces {
  static final ClearedPlaces NONE = new ClearedPlaces(List.of());

  private final List<RingPlace.Range> ranges;

  private ClearedPlaces(List<RingPlace.Range> ranges) {
    this.ranges = ranges;
  }

  /** These and more; ranges that touch become one. */
  ClearedPlaces and(List<RingPlace.Range> more) {
    List<RingPlace.Range> all = new ArrayList<>(ranges);
    all.addAll(more);
    all.sort(Comparator.comparing(RingPlace.Range::from));
    List<RingPlace.Range> apart = new ArrayList<>(all.size());
    for (RingPlace.Range next : all) {
      RingPlace.Range last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last == null || last.to().compareTo(next.from()) < 0) {
        apart.add(next);
      } else if (last.to().compareTo(next.to()) < 0) {
        apart.set(apart.size() - 1, new RingPlace.Range(last.from(), next.to()));
      }
    }
    return new ClearedPlaces(List.copyOf(apart));
  }

  /** The slots of a block that are cleared, one bit each. */
  int maskOf(long ring, int block) {
    if (ranges.isEmpty()) {
      return 0;
    }
    int mask = 0;
    for (int i = firstEndingAfter(new RingPlace(ring, SlotBlock.slotOf(block, 0)));
        i < ranges.size() && ranges.get(i).overlaps(ring, block);
        i++) {
      mask |= ranges.get(i).maskOf(ring, block);
    }
    return mask;
  }

  private int firstEndingAfter(RingPlace place) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).to().compareTo(place) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
