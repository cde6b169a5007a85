package dev.annulus.benchmarks.sql;

/**
 * Full rings of one sample a second.
 *
 * @param metrics ids from 1
 * @param samples of each
 * @param start ts of the first, epoch seconds, at the full minute
 */
record Dataset(int metrics, int samples, long start) {

  /** The value of a sample: anything that looks measured and is the same everywhere. */
  double value(int metric, int i) {
    long mixed = (metric * 31L + i) * 0x9E3779B97F4A7C15L;
    return (mixed >>> 40) % 10_000 / 100.0;
  }

  /** The last ts. */
  long end() {
    return start + samples - 1;
  }
}
