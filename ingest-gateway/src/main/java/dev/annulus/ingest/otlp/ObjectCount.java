package dev.annulus.ingest.otlp;

import dev.annulus.service.http.Problem;

/**
 * Counts the objects that a request would allocate, so that it is refused before: an empty message
 * is two bytes in a body and a hundred in memory. Not thread-safe.
 */
final class ObjectCount {
  private final int max;
  private int objects;

  /**
   * @param max objects of one request
   */
  ObjectCount(int max) {
    this.max = max;
  }

  /**
   * Counts one.
   *
   * @throws dev.annulus.service.http.ProblemException 413 beyond the limit
   */
  void add() {
    if (++objects > max) {
      throw Problem.of(
              413,
              "too_many_objects",
              "The request holds more than %d messages and texts, the limit otlp.max-objects; send fewer data points at once."
                  .formatted(max))
          .toException();
    }
  }

  int objects() {
    return objects;
  }
}
