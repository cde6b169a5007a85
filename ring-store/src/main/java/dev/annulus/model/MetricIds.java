package dev.annulus.model;

/** Metric ids are unsigned 32-bit integers, held in a {@code long}. */
public final class MetricIds {
  /** The largest metric id, inclusive. */
  public static final long MAX = 0xFFFF_FFFFL;

  private MetricIds() {}

  /** Whether {@code id} can be a metric id. */
  public static boolean isValid(long id) {
    return id >= 0 && id <= MAX;
  }
}
