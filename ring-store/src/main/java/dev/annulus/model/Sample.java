package dev.annulus.model;

/**
 * One sample as a client sends it.
 *
 * @param series its series
 * @param tsMillis epoch milliseconds; in nanoseconds for a series of {@link
 *     Temporality#DELTA_NANOS}
 * @param value the gauge's value or the counter's raw, cumulative value
 */
public record Sample(SeriesSpec series, long tsMillis, double value) {}
