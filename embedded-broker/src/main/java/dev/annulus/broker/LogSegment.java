package dev.annulus.broker;

/**
 * One segment of a partition's log.
 *
 * @param baseOffset of its first record; it ends where the next segment begins
 * @param bytes on disk
 */
public record LogSegment(long baseOffset, long bytes) {}
