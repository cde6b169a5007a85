package dev.annulus.promql.series;

/**
 * Series one after the other, each with its samples as arrays. Used by one thread. The arrays may
 * be longer than {@link #size} and may be reused for the next series; the reader does not change
 * them.
 */
public interface SeriesCursor extends AutoCloseable {

  /** Goes to the next series; false if there is none. */
  boolean next();

  Labels labels();

  /** How many samples the current series has in the selection's time; may be 0. */
  int size();

  /** Times in milliseconds since 1970, ascending, each once. */
  long[] times();

  /** Values, staleness markers among them ({@link Staleness}). */
  double[] values();

  @Override
  void close();
}
