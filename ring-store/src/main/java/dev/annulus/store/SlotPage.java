package dev.annulus.store;

/** The samples of some slots of a ring, in slot order. Immutable. */
interface SlotPage {

  /** {@link #next()} of the last page of a range. */
  int END = -1;

  /** Number of samples. */
  int size();

  /** Epoch milliseconds of sample {@code i}. */
  long tsMillis(int i);

  /** Log position of sample {@code i}; see {@link SampleRecord}. */
  long sequence(int i);

  /** Value of sample {@code i}, with the bits that it was written with. */
  double value(int i);

  /** Bytes that reading this page took. */
  long bytes();

  /** The slot at which the next page starts; {@link #END} if there is none. */
  int next();
}
