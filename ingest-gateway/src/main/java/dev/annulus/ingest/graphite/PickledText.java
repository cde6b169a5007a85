package dev.annulus.ingest.graphite;

/**
 * A text in a pickle, as bytes of a shared array, {@code [from, to)}. Nothing is copied, and each
 * is known by its identity: a pickle may refer to one text very often.
 */
final class PickledText {
  private final byte[] array;
  private final int from;
  private final int to;

  PickledText(byte[] array, int from, int to) {
    this.array = array;
    this.from = from;
    this.to = to;
  }

  byte[] array() {
    return array;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }
}
