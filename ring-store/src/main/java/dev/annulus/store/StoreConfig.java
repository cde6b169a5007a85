package dev.annulus.store;

import dev.annulus.model.RingGeometry;
import java.time.InstantSource;

/**
 * How the store behaves, whatever the engine.
 *
 * @param keyPrefix before every key; empty by default; the array is not changed after construction
 * @param defaultGeometry of new series whose first sample asks for none
 * @param transactionBytes how many bytes of keys and values a transaction is packed with, well
 *     under FoundationDB's recommended 1 MB
 * @param cachedSeries how many series a writer keeps in memory
 * @param maxSeries beyond which new series are refused; those that are there go on
 * @param maxSeriesPerOwner how many of them samples sent with one token may create; 0 for any
 *     number
 * @param clock tells when a metric was created
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record StoreConfig(
    byte[] keyPrefix,
    RingGeometry defaultGeometry,
    int transactionBytes,
    int cachedSeries,
    long maxSeries,
    long maxSeriesPerOwner,
    InstantSource clock) {
  /** The longest key prefix; longer ones would leave too little of a key to long series. */
  public static final int MAX_KEY_PREFIX_BYTES = 512;

  private static final long DEFAULT_MAX_SERIES = 5_000_000;

  public StoreConfig {
    if (keyPrefix.length > MAX_KEY_PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "a key prefix may have at most %d bytes, got %d"
              .formatted(MAX_KEY_PREFIX_BYTES, keyPrefix.length));
    }
  }

  /** The default limit of series. */
  public StoreConfig(
      byte[] keyPrefix,
      RingGeometry defaultGeometry,
      int transactionBytes,
      int cachedSeries,
      InstantSource clock) {
    this(keyPrefix, defaultGeometry, transactionBytes, cachedSeries, DEFAULT_MAX_SERIES, 0, clock);
  }

  /** No prefix, an hour of seconds per series. */
  public static final StoreConfig DEFAULT =
      new StoreConfig(
          new byte[0], RingGeometry.DEFAULT, 900_000, 1_000_000, InstantSource.system());

  /** The same in another part of the key space. */
  public StoreConfig withKeyPrefix(byte[] prefix) {
    return new StoreConfig(
        prefix,
        defaultGeometry,
        transactionBytes,
        cachedSeries,
        maxSeries,
        maxSeriesPerOwner,
        clock);
  }

  /** The same with another geometry for new series. */
  public StoreConfig withDefaultGeometry(RingGeometry geometry) {
    return new StoreConfig(
        keyPrefix, geometry, transactionBytes, cachedSeries, maxSeries, maxSeriesPerOwner, clock);
  }

  /** The same with another limit of series. */
  public StoreConfig withMaxSeries(long limit) {
    return withMaxSeries(limit, maxSeriesPerOwner);
  }

  /** The same with other limits of series, in all and of one owner. */
  public StoreConfig withMaxSeries(long limit, long perOwner) {
    return new StoreConfig(
        keyPrefix, defaultGeometry, transactionBytes, cachedSeries, limit, perOwner, clock);
  }

  /** Whether an owner with so many series may have no more. */
  boolean isFull(String owner, long series) {
    return !owner.isEmpty() && maxSeriesPerOwner > 0 && series >= maxSeriesPerOwner;
  }
}
