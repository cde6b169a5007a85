package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric.LogOffsets;

/**
 * The value of {@code (9, "deleted", …)} and {@code (9, "deleted-id", …)}, a tuple: {@code (1,
 * operation, (end offset by partition))}. Samples logged before these offsets must not recreate the
 * series.
 *
 * @param operation identifies one delete across its retries
 * @param logEnd the log's end when the series was deleted
 */
record DeletionMark(long operation, LogOffsets logEnd) {
  private static final long FORMAT = 1;

  byte[] encode() {
    return Tuple.from(FORMAT, operation, MetricRecord.offsets(logEnd)).pack();
  }

  static DeletionMark decode(byte[] bytes) {
    try {
      Tuple tuple = Tuple.fromBytes(bytes);
      return new DeletionMark(tuple.getLong(1), MetricRecord.offsets(tuple.getNestedTuple(2)));
    } catch (RuntimeException e) {
      throw new StoreException(StoreException.Kind.CORRUPT, "a deletion mark cannot be decoded", e);
    }
  }
}
