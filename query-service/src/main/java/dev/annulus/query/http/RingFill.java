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
  public void sample(long ts, double value) {
    long itsLap = Math.floorDiv(geometry.window(ts), (long) geometry.slots());
    if (itsLap >= lap) {
      if (itsLap > lap) {
        lap = itsLap;
        inLap = 0;
        firstInLap = ts;
      }
      inLap++;
      behind = 0;
      newest = ts;
      newestValue = value;
    } else if (itsLap == lap - 1) {
      firstBehind = behind == 0 ? ts : firstBehind;
      behind++;
    }
  }

  /** Slots that hold a sample of the newest lap. */
  int samples() {
    return inLap + behind;
  }

  /** The oldest of them, epoch seconds; null for an empty ring. */
  @Nullable Long oldestTs() {
    return inLap == 0 ? null : Long.valueOf(behind > 0 ? firstBehind : firstInLap);
  }

  @Nullable Long newestTs() {
    return inLap == 0 ? null : Long.valueOf(newest);
  }

  @Nullable Double newestValue() {
    return inLap == 0 ? null : Double.valueOf(newestValue);
  }
}
