package dev.annulus.query.sql;

/**
 * What a query has cost so far.
 *
 * @param elapsedNanos since the engine was called
 * @param planningNanos of it, until the plan was ready to run
 * @param planCached whether the plan was there already
 * @param samples slots read from rings
 * @param bytes of those slots, without their keys
 * @param series rings read
 * @param rows rows returned
 */
public record SqlStats(
    long elapsedNanos,
    long planningNanos,
    boolean planCached,
    long samples,
    long bytes,
    long series,
    long rows) {}
