package dev.annulus.benchmarks.sql;

/**
 * Full rings with one sample per second.
 *
 * @param metrics ids from 1
 * @param samples per metric
 * @param start ts of the first sample, epoch seconds, on a full minute
 */
record Dataset(int metrics, int samples, long start) {

  /** The value of a sample: plausible and deterministic. */
  double value(int metric, int i) {
    long mixed = (metric * 31L + i) * 0x9E3779B97F4A7C15L;
    return (mixed >>> 40) % 10_000 / 100.0;
  }

  /** The last ts. */
  long end() {
    return start + samples - 1;
  }
}
