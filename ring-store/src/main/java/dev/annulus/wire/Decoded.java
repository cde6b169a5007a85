package dev.annulus.wire;

import dev.annulus.model.SeriesSamples;
import java.util.List;

/**
 * The contents of a record: usable samples, and unusable ones.
 *
 * @param usable in the order of the record
 * @param unusable each with its reason
 */
public record Decoded(List<Entry> usable, List<Unusable> unusable) {

  /**
   * Samples of one series and their index in the record.
   *
   * @param firstIndex index of the first sample within the record; the others follow without gaps
   */
  public record Entry(SeriesSamples samples, int firstIndex) {}

  /**
   * Samples that cannot be used.
   *
   * @param reason the reason, for metrics
   * @param detail the reason in words
   * @param payload the samples, as JSON where they could be read; not changed after construction
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Unusable(RejectReason reason, String detail, byte[] payload) {}
}
