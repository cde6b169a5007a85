package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.kv.StoreException.Kind;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says which journal entries about a cleared ring or counter are void: all of them, or, once its id
 * has a new owner, those before some place of each lane. A tuple: {@code (0)}, or {@code (1, lane,
 * number, lane, number, …)}.
 *
 * @param all whether all are
 * @param before by lane, the number of the first entry that counts again; 0 for other lanes
 */
record GoneMark(boolean all, Map<Integer, Long> before) {
  /** The mark of what nobody writes any more. */
  static final GoneMark ALL = new GoneMark(true, Map.of());

  private static final long KIND_ALL = 0;
  private static final long KIND_BEFORE = 1;

  GoneMark {
    before = Map.copyOf(before);
  }

  /** Whether an entry's samples of the ring, or its state of the counter, are void. */
  boolean voids(int lane, long number) {
    return all || number < before.getOrDefault(lane, 0L);
  }

  byte[] encode() {
    if (all) {
      return Tuple.from(KIND_ALL).pack();
    }
    Tuple tuple = Tuple.from(KIND_BEFORE);
    for (Map.Entry<Integer, Long> lane : new TreeMap<>(before).entrySet()) {
      tuple = tuple.add(lane.getKey()).add(lane.getValue());
    }
    return tuple.pack();
  }

  static GoneMark decode(byte[] encoded) {
    try {
      Tuple tuple = Tuple.fromBytes(encoded);
      if (tuple.getLong(0) == KIND_ALL) {
        return ALL;
      }
      Map<Integer, Long> before = new TreeMap<>();
      for (int i = 1; i < tuple.size(); i += 2) {
        before.put((int) tuple.getLong(i), tuple.getLong(i + 1));
      }
      return new GoneMark(false, before);
    } catch (RuntimeException e) {
      throw new StoreException(Kind.CORRUPT, "the mark of a cleared ring cannot be decoded", e);
    }
  }
}
