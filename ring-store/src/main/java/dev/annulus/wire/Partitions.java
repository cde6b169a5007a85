package dev.annulus.wire;

import java.nio.charset.StandardCharsets;

/**
 * Assigns series to partitions as Kafka's default partitioner does for a record whose key is the
 * canonical name. So any producer that sets this key agrees with the gateway.
 */
public final class Partitions {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;

  private Partitions() {}

  /**
   * The partition of a series.
   *
   * @param partitionKey the canonical name
   * @param partitions number of partitions of the topic
   */
  public static int of(String partitionKey, int partitions) {
    return hash(partitionKey.getBytes(StandardCharsets.UTF_8)) % partitions;
  }

  /** The non-negative hash, whose remainder is the partition. */
  static int hash(byte[] partitionKey) {
    return murmur2(partitionKey) & Integer.MAX_VALUE;
  }

  /** MurmurHash2, 32 bits, by Austin Appleby, with Kafka's seed. */
  private static int murmur2(byte[] data) {
    int hash = SEED ^ data.length;
    int whole = data.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      int word =
          (data[i] & 0xFF)
              | ((data[i + 1] & 0xFF) << 8)
              | ((data[i + 2] & 0xFF) << 16)
              | ((data[i + 3] & 0xFF) << 24);
      word *= M;
      word ^= word >>> 24;
      hash = (hash * M) ^ (word * M);
    }
    if (data.length > whole) {
      for (int i = data.length - 1; i >= whole; i--) {
        hash ^= (data[i] & 0xFF) << (8 * (i - whole));
      }
      hash *= M;
    }
    hash = (hash ^ (hash >>> 13)) * M;
    return hash ^ (hash >>> 15);
  }
}
