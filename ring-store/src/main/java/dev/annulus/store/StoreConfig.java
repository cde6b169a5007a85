package dev.annulus.store;

import dev.annulus.model.RingGeometry;
import java.time.InstantSource;

/**
 * Configuration of the store, independent of the engine.
 *
 * @param keyPrefix prepended to every key; empty by default; must not change after construction
 * @param defaultGeometry of new series whose first sample requests none
 * @param transactionBytes target size of a transaction in bytes of keys and values, well below
 *     FoundationDB's recommended 1 MB
 * @param seriesCacheBytes memory of a writer's cache of series, estimated
 * @param maxSeries limit of series; beyond it new ones are refused, existing ones continue
 * @param maxSeriesPerOwner limit of series created with one token; 0 for no limit
 * @param blocks how rings are kept
 * @param clock for creation times
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record StoreConfig(
    byte[] keyPrefix,
    RingGeometry defaultGeometry,
    int transactionBytes,
    long seriesCacheBytes,
    long maxSeries,
    long maxSeriesPerOwner,
    BlockConfig blocks,
    InstantSource clock) {
  /** Maximum key prefix; a longer one would leave too little of a key for long series. */
  public static final int MAX_KEY_PREFIX_BYTES = 512;

  private static final long DEFAULT_MAX_SERIES = 5_000_000;

  public StoreConfig {
    if (keyPrefix.length > MAX_KEY_PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "the key prefix must have at most %d bytes, got %d"
              .formatted(MAX_KEY_PREFIX_BYTES, keyPrefix.length));
    }
  }

  /** With the default series limits. */
  public StoreConfig(
      byte[] keyPrefix,
      RingGeometry defaultGeometry,
      int transactionBytes,
      long seriesCacheBytes,
      InstantSource clock) {
    this(
        keyPrefix,
        defaultGeometry,
        transactionBytes,
        seriesCacheBytes,
        DEFAULT_MAX_SERIES,
        0,
        BlockConfig.DEFAULT,
        clock);
  }

  /** No prefix, an hour of seconds per series. */
  public static final StoreConfig DEFAULT =
      new StoreConfig(
          new byte[0],
          RingGeometry.DEFAULT,
          900_000,
          cacheBytes(Runtime.getRuntime().maxMemory()),
          InstantSource.system());

  /** A quarter of a large heap and an eighth of a small one, which all else needs more of. */
  private static long cacheBytes(long heap) {
    return Math.max(heap / 8, heap / 4 - (128L << 20));
  }

  /** A copy with another key prefix. */
  public StoreConfig withKeyPrefix(byte[] prefix) {
    return new StoreConfig(
        prefix,
        defaultGeometry,
        transactionBytes,
        seriesCacheBytes,
        maxSeries,
        maxSeriesPerOwner,
        blocks,
        clock);
  }

  /** A copy with another default geometry. */
  public StoreConfig withDefaultGeometry(RingGeometry geometry) {
    return new StoreConfig(
        keyPrefix,
        geometry,
        transactionBytes,
        seriesCacheBytes,
        maxSeries,
        maxSeriesPerOwner,
        blocks,
        clock);
  }

  /** A copy with another series limit. */
  public StoreConfig withMaxSeries(long limit) {
    return withMaxSeries(limit, maxSeriesPerOwner);
  }

  /** A copy with other series limits, in total and per owner. */
  public StoreConfig withMaxSeries(long limit, long perOwner) {
    return new StoreConfig(
        keyPrefix,
        defaultGeometry,
        transactionBytes,
        seriesCacheBytes,
        limit,
        perOwner,
        blocks,
        clock);
  }

  /** A copy that keeps rings in another way. */
  public StoreConfig withBlocks(BlockConfig other) {
    return new StoreConfig(
        keyPrefix,
        defaultGeometry,
        transactionBytes,
        seriesCacheBytes,
        maxSeries,
        maxSeriesPerOwner,
        other,
        clock);
  }

  /** Whether an owner with this many series has reached the limit. */
  boolean isFull(String owner, long series) {
    return !owner.isEmpty() && maxSeriesPerOwner > 0 && series >= maxSeriesPerOwner;
  }
}
