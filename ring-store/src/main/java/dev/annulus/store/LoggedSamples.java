package dev.annulus.store;

import dev.annulus.model.SeriesSamples;
import dev.annulus.wire.SourceHeader;

/**
 * Samples of one series with their log position.
 *
 * @param samples validated
 * @param partition of the topic
 * @param offset of their record
 * @param firstIndex index of the first sample within the record
 * @param home whether this is the partition of the series' canonical key
 * @param owner name of the token they were sent with; empty if unknown
 * @param source the protocol they were sent by
 * @param loggedAtMillis epoch milliseconds of the record's append; 0 if unknown
 */
public record LoggedSamples(
    SeriesSamples samples,
    int partition,
    long offset,
    int firstIndex,
    boolean home,
    String owner,
    String source,
    long loggedAtMillis) {

  /** Samples without owner, logged at an unknown time. */
  public LoggedSamples(
      SeriesSamples samples, int partition, long offset, int firstIndex, boolean home) {
    this(samples, partition, offset, firstIndex, home, "");
  }

  /** Samples logged at an unknown time. */
  public LoggedSamples(
      SeriesSamples samples,
      int partition,
      long offset,
      int firstIndex,
      boolean home,
      String owner) {
    this(samples, partition, offset, firstIndex, home, owner, SourceHeader.KAFKA, 0);
  }

  /** The sequence of sample {@code i}. */
  long sequence(int i) {
    return SampleRecord.sequence(offset, firstIndex + i);
  }
}
