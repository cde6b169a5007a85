package dev.annulus.query.http;

import dev.annulus.model.RingGeometry;
import dev.annulus.store.RingReader;
import org.jspecify.annotations.Nullable;

/**
 * How full a ring is, worked out in one pass over its slots. Slots up to the newest sample's belong
 * to its lap, those behind it to the lap before; what is older has been left over from laps with
 * gaps and does not count. Not thread-safe.
 */
final class RingFill implements RingReader.Visitor {
  private final RingGeometry geometry;
  private long lap;
  private int inLap;
  private int behind;
  private long firstInLap;
  private long firstBehind;
  private long newest;
  private double newestValue;

  RingFill(RingGeometry geometry) {
    this.geometry = geometry;
    begin();
  }

  @Override
  public void begin() {
    lap = Long.MIN_VALUE;
    inLap = 0;
    behind = 0;
  }

  @Override
  public void sample(long tsMillis, double value) {
    long itsLap = Math.floorDiv(geometry.window(tsMillis), (long) geometry.slots());
    if (itsLap >= lap) {
      if (itsLap > lap) {
        lap = itsLap;
        inLap = 0;
        firstInLap = tsMillis;
      }
      inLap++;
      behind = 0;
      newest = tsMillis;
      newestValue = value;
    } else if (itsLap == lap - 1) {
      firstBehind = behind == 0 ? tsMillis : firstBehind;
      behind++;
    }
  }

  /** Slots that hold a sample of the newest lap. */
  int samples() {
    return inLap + behind;
  }

  /** The time of the oldest of them, epoch milliseconds; null for an empty ring. */
  @Nullable Long oldestMillis() {
    return inLap == 0 ? null : Long.valueOf(behind > 0 ? firstBehind : firstInLap);
  }

  /** The time of the newest of them, epoch milliseconds; null for an empty ring. */
  @Nullable Long newestMillis() {
    return inLap == 0 ? null : Long.valueOf(newest);
  }

  /**
   * The value of the newest of them; null for an empty ring, and for what is not a number in JSON.
   */
  @Nullable Double newestValue() {
    return inLap == 0 || !Double.isFinite(newestValue) ? null : Double.valueOf(newestValue);
  }
}
