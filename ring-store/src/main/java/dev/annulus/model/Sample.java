package dev.annulus.model;

/**
 * One sample as a client sends it.
 *
 * @param series its series
 * @param ts epoch seconds; in nanoseconds for a series of {@link Temporality#DELTA_NANOS}
 * @param value the gauge's value or the counter's raw, cumulative value; finite
 */
public record Sample(SeriesSpec series, long ts, double value) {}
