package dev.annulus.wire;

import dev.annulus.model.SeriesSamples;
import java.util.List;

/**
 * What one record holds: samples to be written and those that cannot be used.
 *
 * @param usable in the order of the record
 * @param unusable each with its reason
 */
public record Decoded(List<Entry> usable, List<Unusable> unusable) {

  /**
   * Samples of one series and their place in the record.
   *
   * @param firstIndex the position in the record, counted in samples, of the first of them; the
   *     others follow without a gap
   */
  public record Entry(SeriesSamples samples, int firstIndex) {}

  /**
   * Samples that cannot be used.
   *
   * @param reason why, for counting
   * @param detail why, for a reader
   * @param payload the samples, as JSON where they could be read; not changed after construction
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  public record Unusable(RejectReason reason, String detail, byte[] payload) {}
}
