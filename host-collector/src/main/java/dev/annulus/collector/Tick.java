package dev.annulus.collector;

import java.util.List;

/**
 * What one tick has still to send. Sending a batch twice does no harm: the same metric, second and
 * value.
 *
 * @param ts epoch seconds
 * @param batches in the order of sending
 */
record Tick(long ts, List<Batch> batches) {

  Tick {
    batches = List.copyOf(batches);
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  Batch first() {
    return batches.get(0);
  }

  /** The same without its first batch. */
  Tick rest() {
    return new Tick(ts, batches.subList(1, batches.size()));
  }
}
