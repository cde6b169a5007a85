package dev.annulus.collector;

import java.util.List;

/**
 * The unsent batches of one tick. Sending a batch twice is harmless: same metric, second and value.
 *
 * @param ts epoch seconds
 * @param batches in send order
 */
record Tick(long ts, List<PostBody> batches) {

  Tick {
    batches = List.copyOf(batches);
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  PostBody first() {
    return batches.get(0);
  }

  /** A copy without its first batch. */
  Tick rest() {
    return new Tick(ts, batches.subList(1, batches.size()));
  }
}
