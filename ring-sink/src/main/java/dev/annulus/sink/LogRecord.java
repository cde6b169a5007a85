package dev.annulus.sink;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka record inside the job. Public, with a component per field, so that Flink serializes it as
 * a POJO where it must.
 *
 * @param partition of the topic
 * @param offset in the partition
 * @param nowMillis epoch milliseconds that count as "now" for the future check: the broker's append
 *     time, so that a replay gives the same result; the reader's clock if the topic keeps producer
 *     times
 * @param contentType the {@code content-type} header; null if absent
 * @param owner name of the token the samples were sent with; empty if none
 * @param source the protocol that the samples were sent by
 * @param value null for a tombstone; must not change
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record LogRecord(
    int partition,
    long offset,
    long nowMillis,
    @Nullable String contentType,
    String owner,
    String source,
    byte @Nullable [] value) {}
