package dev.annulus.store;

import java.nio.ByteBuffer;

/**
 * Contents of an export or import.
 *
 * @param metrics series
 * @param samples slots of rings
 * @param counters counter states
 * @param dashboards saved dashboards
 * @param deletions deletion marks
 */
public record TransferCounts(
    long metrics, long samples, long counters, long dashboards, long deletions) {
  static final int BYTES = 5 * Long.BYTES;
  static final TransferCounts NONE = new TransferCounts(0, 0, 0, 0, 0);

  TransferCounts plus(ExportFrame frame) {
    return switch (frame.kind()) {
      case HEADER, END -> this;
      case METRIC -> new TransferCounts(metrics + 1, samples, counters, dashboards, deletions);
      case SAMPLES, SAMPLES_MS ->
          new TransferCounts(
              metrics,
              samples + (frame.payload().length - Long.BYTES) / SampleRecord.BYTES,
              counters,
              dashboards,
              deletions);
      case COUNTER, COUNTER_MS ->
          new TransferCounts(metrics, samples, counters + 1, dashboards, deletions);
      case DASHBOARD -> new TransferCounts(metrics, samples, counters, dashboards + 1, deletions);
      case DELETION -> new TransferCounts(metrics, samples, counters, dashboards, deletions + 1);
    };
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putLong(metrics)
        .putLong(samples)
        .putLong(counters)
        .putLong(dashboards)
        .putLong(deletions)
        .array();
  }

  static TransferCounts decode(ByteBuffer in) {
    return new TransferCounts(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  @Override
  public String toString() {
    return "%,d metrics, %,d samples, %,d counter states, %,d dashboards, %,d deletion marks"
        .formatted(metrics, samples, counters, dashboards, deletions);
  }
}
