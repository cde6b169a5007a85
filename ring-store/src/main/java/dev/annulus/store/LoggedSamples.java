package dev.annulus.store;

import dev.annulus.model.SeriesSamples;
import dev.annulus.wire.SourceHeader;

/**
 * Samples of one series and where they stand in the log.
 *
 * @param samples checked against the rules of a sample
 * @param partition of the topic
 * @param offset of their record
 * @param firstIndex the position in the record, counted in samples, of the first of them
 * @param home whether this is the partition that all samples of the series usually come through
 * @param owner name of the token they were sent with; empty if none is known
 * @param source by which protocol they came
 * @param loggedAt epoch seconds at which they were logged; 0 if that is not known
 */
public record LoggedSamples(
    SeriesSamples samples,
    int partition,
    long offset,
    int firstIndex,
    boolean home,
    String owner,
    String source,
    long loggedAt) {

  /** Samples that nobody owns, logged at an unknown time. */
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
