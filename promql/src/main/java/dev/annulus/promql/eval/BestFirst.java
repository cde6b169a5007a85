package dev.annulus.promql.eval;

import java.util.Arrays;
import java.util.Comparator;

/** Keeps the k best of what is offered, in a binary heap with the worst at its root. */
final class BestFirst {
  private final boolean highest;
  private final int[] indices;
  private final double[] values;
  private int size;

  BestFirst(int k, boolean highest) {
    this.highest = highest;
    this.indices = new int[k];
    this.values = new double[k];
  }

  int size() {
    return size;
  }

  /** The index of one of the best, in no order. */
  int index(int i) {
    return indices[i];
  }

  void offer(int index, double value) {
    if (size < indices.length) {
      indices[size] = index;
      values[size] = value;
      up(size++);
    } else if (beatsWorst(value)) {
      indices[0] = index;
      values[0] = value;
      down();
    }
  }

  private boolean beatsWorst(double value) {
    double worst = values[0];
    if (Double.isNaN(worst)) {
      return !Double.isNaN(value);
    }
    return highest ? value > worst : value < worst;
  }

  /** Whether the one at {@code i} is worse than that at {@code j}. */
  private boolean worse(int i, int j) {
    if (Double.isNaN(values[i])) {
      return true;
    }
    return highest ? values[i] < values[j] : values[i] > values[j];
  }

  private void up(int from) {
    int child = from;
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (!worse(child, parent)) {
        return;
      }
      swap(child, parent);
      child = parent;
    }
  }

  private void down() {
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && worse(child + 1, child)) {
        child++;
      }
      if (!worse(child, parent)) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private void swap(int i, int j) {
    int index = indices[i];
    indices[i] = indices[j];
    indices[j] = index;
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
  }

  /** The indices, best first, NaN last, ties in the order of the input. */
  int[] sorted() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Comparator<Integer> byValue =
        Comparator.comparing((Integer i) -> Double.isNaN(values[i]))
            .thenComparing(i -> highest ? -values[i] : values[i])
            .thenComparing(i -> indices[i]);
    Arrays.sort(order, byValue);
    return Arrays.stream(order).mapToInt(i -> indices[i]).toArray();
  }
}
