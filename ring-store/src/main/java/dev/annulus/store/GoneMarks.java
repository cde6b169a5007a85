package dev.annulus.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All marks of cleared rings and counters, as one snapshot has them.
 *
 * @param rings by ring id
 * @param counters by metric id
 */
record GoneMarks(Map<Long, GoneMark> rings, Map<Long, GoneMark> counters) {
  static final GoneMarks NONE = new GoneMarks(Map.of(), Map.of());

  boolean isEmpty() {
    return rings.isEmpty() && counters.isEmpty();
  }

  int size() {
    return rings.size() + counters.size();
  }

  /** A run of entries of a lane without what these marks say is void in entry {@code number}. */
  TailRun applyTo(TailRun run, int lane, long number) {
    return isEmpty() ? run : without(run, mark -> mark.voids(lane, number));
  }

  /**
   * A run that was read before these marks, without what was cleared since {@code known}: whatever
   * has a new mark was cleared after the run was written.
   */
  TailRun applyNewTo(TailRun run, GoneMarks known) {
    GoneMarks fresh = without(known);
    return fresh.isEmpty() ? run : fresh.without(run, mark -> true);
  }

  /** These marks without those that {@code known} has too. */
  GoneMarks without(GoneMarks known) {
    return new GoneMarks(fresh(rings, known.rings), fresh(counters, known.counters));
  }

  private static Map<Long, GoneMark> fresh(Map<Long, GoneMark> now, Map<Long, GoneMark> known) {
    Map<Long, GoneMark> fresh = new HashMap<>(now);
    known.forEach(fresh::remove); // with the same value
    return fresh;
  }

  private TailRun without(TailRun run, Predicate<GoneMark> isVoid) {
    List<RingSlot.Range> goneRings = new ArrayList<>();
    rings.forEach(
        (id, mark) -> {
          if (isVoid.test(mark)) {
            goneRings.add(RingSlot.Range.ofRing(id));
          }
        });
    Set<Long> goneCounters = new HashSet<>();
    counters.forEach(
        (id, mark) -> {
          if (isVoid.test(mark)) {
            goneCounters.add(id);
          }
        });
    return new TailRun(
        run.from(), run.to(), run.slots().without(goneRings), run.counters().without(goneCounters));
  }
}
