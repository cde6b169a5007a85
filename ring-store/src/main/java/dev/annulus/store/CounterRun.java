package dev.annulus.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Encoded counter states of one or several journal entries, by metric. Immutable. */
final class CounterRun {
  static final CounterRun NONE = new CounterRun(new long[0], new byte[0][]);

  /** Bytes of a state in memory, approximately. */
  private static final long STATE_BYTES = 80;

  private final long[] metrics;
  private final byte[][] states;

  private CounterRun(long[] metrics, byte[][] states) {
    this.metrics = metrics;
    this.states = states;
  }

  /** The states of a map; the arrays are not copied. */
  static CounterRun of(NavigableMap<Long, byte[]> states) {
    return states.isEmpty()
        ? NONE
        : new CounterRun(
            states.keySet().stream().mapToLong(id -> id).toArray(),
            states.values().toArray(byte[][]::new));
  }

  /** Several runs in one, with the later state of each counter. */
  static CounterRun merged(List<CounterRun> runs) {
    TreeMap<Long, byte[]> all = new TreeMap<>();
    for (CounterRun run : runs) {
      for (int i = 0; i < run.metrics.length; i++) {
        all.merge(run.metrics[i], run.states[i], CounterRun::later);
      }
    }
    return of(all);
  }

  /** The later of two encoded states, either of which may be null. */
  static byte @Nullable [] laterOf(byte @Nullable [] one, byte @Nullable [] other) {
    if (one == null) {
      return other;
    }
    return other == null ? one : later(one, other);
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }

  int size() {
    return metrics.length;
  }

  long metric(int i) {
    return metrics[i];
  }

  /** The encoded state at an index; must not be changed. */
  byte[] state(int i) {
    return states[i];
  }

  /** The encoded state of a metric; null if it is not here. */
  byte @Nullable [] stateOf(long metricId) {
    int i = Arrays.binarySearch(metrics, metricId);
    return i < 0 ? null : states[i];
  }

  /** This run without some metrics. */
  CounterRun without(Set<Long> gone) {
    List<Integer> kept = new ArrayList<>(metrics.length);
    for (int i = 0; i < metrics.length; i++) {
      if (!gone.contains(metrics[i])) {
        kept.add(i);
      }
    }
    return kept.size() == metrics.length
        ? this
        : new CounterRun(
            kept.stream().mapToLong(i -> metrics[i]).toArray(),
            kept.stream().map(i -> states[i]).toArray(byte[][]::new));
  }

  long memoryBytes() {
    return metrics.length * STATE_BYTES;
  }
}
