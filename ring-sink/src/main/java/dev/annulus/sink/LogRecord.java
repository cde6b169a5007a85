package dev.annulus.sink;

import org.jspecify.annotations.Nullable;

/**
 * A Kafka record on its way through the job. Public, with a component for each field, so that Flink
 * serialises it as a POJO where it must.
 *
 * @param partition of the topic
 * @param offset in the partition
 * @param now epoch seconds against which "the future" is measured: when the broker appended the
 *     record, so that a replay decides as the first reading did; the reader's clock where the topic
 *     keeps the producers' times
 * @param contentType the header's text, null if there is none
 * @param owner name of the token the samples were sent with; empty if there was none
 * @param source by which protocol the samples came
 * @param value null for a tombstone; not changed
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record LogRecord(
    int partition,
    long offset,
    long now,
    @Nullable String contentType,
    String owner,
    String source,
    byte @Nullable [] value) {}
