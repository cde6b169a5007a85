package dev.annulus.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The journal's entries that are not in blocks yet, without what is void. Immutable.
 *
 * @param known whether this comes from the database; false before the first reading
 * @param version the metadata version that {@code marks} belong to; null before the first change
 * @param marks of cleared rings and counters
 * @param lanes by number
 */
@SuppressWarnings("ArrayRecordComponent") // compared with Arrays.equals
record TailView(
    boolean known, byte @Nullable [] version, GoneMarks marks, Map<Integer, LaneTail> lanes) {
  static final TailView UNKNOWN = new TailView(false, null, GoneMarks.NONE, Map.of());

  /** Whether the marks are those of a transaction with this metadata version. */
  boolean fits(byte @Nullable [] metadataVersion) {
    return known && Arrays.equals(version, metadataVersion);
  }

  LaneTail lane(int lane) {
    return lanes.getOrDefault(lane, LaneTail.from(0));
  }

  TailView with(int lane, LaneTail tail) {
    Map<Integer, LaneTail> changed = new TreeMap<>(lanes);
    changed.put(lane, tail);
    return new TailView(known, version, marks, changed);
  }

  long memoryBytes() {
    long sum = 0;
    for (LaneTail lane : lanes.values()) {
      sum += lane.memoryBytes();
    }
    return sum;
  }

  /** Whether every lane reaches at least as far as these heads. */
  boolean reaches(Map<Integer, Long> heads) {
    for (Map.Entry<Integer, Long> head : heads.entrySet()) {
      if (lane(head.getKey()).next() < head.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** Whether everything before these heads is in blocks. */
  boolean isFlushedTo(Map<Integer, Long> heads) {
    for (Map.Entry<Integer, Long> head : heads.entrySet()) {
      if (lane(head.getKey()).flushed() < head.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** The numbers of the entries to come, by lane. */
  Map<Integer, Long> heads() {
    Map<Integer, Long> heads = new TreeMap<>();
    lanes.forEach((number, lane) -> heads.put(number, lane.next()));
    return heads;
  }

  /** The slots of all runs. */
  List<SortedRun> runs() {
    List<SortedRun> found = new ArrayList<>();
    for (LaneTail lane : lanes.values()) {
      for (TailRun run : lane.runs()) {
        found.add(run.slots());
      }
    }
    return found;
  }

  /** The latest state of a counter, as {@link CounterState#encodeMillis} encodes it; or null. */
  byte @Nullable [] stateOf(long metricId) {
    byte[] latest = null;
    for (LaneTail lane : lanes.values()) {
      for (TailRun run : lane.runs()) {
        latest = CounterRun.laterOf(latest, run.counters().stateOf(metricId));
      }
    }
    return latest;
  }
}
