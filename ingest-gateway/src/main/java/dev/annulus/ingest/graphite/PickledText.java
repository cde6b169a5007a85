package dev.annulus.ingest.graphite;

/**
 * A string in a pickle: the bytes {@code [from, to)} of a shared array. Compared by identity and
 * never copied, because a pickle may refer to the same string very often.
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
