package dev.annulus.promql.window;

/** Arrays that functions keep from series to series; the one place where they are counted. */
public interface Scratch {

  /** Called before {@code bytes} are allocated; may refuse by an exception. */
  void allocate(long bytes);

  /** {@code array}, or a larger one whose content is undefined. */
  default double[] doubles(double[] array, int length) {
    if (array.length >= length) {
      return array;
    }
    int capacity = capacity(length);
    allocate(8L * capacity);
    return new double[capacity];
  }

  /** {@code array}, or a larger one whose content is undefined. */
  default int[] ints(int[] array, int length) {
    if (array.length >= length) {
      return array;
    }
    int capacity = capacity(length);
    allocate(4L * capacity);
    return new int[capacity];
  }

  private static int capacity(int length) {
    return (int) Math.min(Integer.MAX_VALUE - 16, (long) length + (length >> 1) + 16);
  }
}
