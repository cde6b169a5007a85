package dev.annulus.store;

import com.apple.foundationdb.tuple.Tuple;
import dev.annulus.kv.StoreException;
import dev.annulus.model.Metric;
import dev.annulus.model.Metric.LogOffsets;
import dev.annulus.model.Metric.Ring;
import dev.annulus.model.MetricType;
import dev.annulus.model.RingGeometry;
import dev.annulus.model.SeriesKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code (2, metric_id)}, a tuple:
 *
 * <pre>
 * (1, type, step, slots, ring_id, name, (k1, v1, …), created_at,
 *  () or (ring_id, step, slots) of the ring being filled, (log floor by partition), shared_counter
 *  [, owner [, type_inferred]])
 * </pre>
 */
final class MetricRecord {
  private static final long FORMAT = 1;

  private MetricRecord() {}

  static byte[] encode(Metric metric) {
    Tuple tuple =
        Tuple.from(
            FORMAT,
            metric.type().code(),
            metric.ring().geometry().step(),
            metric.ring().geometry().slots(),
            metric.ring().id(),
            metric.key().name(),
            Keys.tagTuple(metric.key()),
            metric.createdAt(),
            nextRing(metric.nextRing()),
            offsets(metric.logFloor()),
            metric.sharedCounter());
    if (metric.typeInferred()) {
      return tuple.add(metric.owner()).add(true).pack();
    }
    return (metric.owner().isEmpty() ? tuple : tuple.add(metric.owner())).pack();
  }

  static Metric decode(long id, byte[] bytes) {
    try {
      Tuple tuple = Tuple.fromBytes(bytes);
      if (tuple.getLong(0) != FORMAT) {
        throw new StoreException(
            StoreException.Kind.UNUSABLE,
            "the record of metric %d has format %d; this version supports format %d"
                .formatted(id, tuple.getLong(0), FORMAT));
      }
      return decode(id, tuple);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "the record of metric " + id + " cannot be decoded", e);
    }
  }

  private static Metric decode(long id, Tuple tuple) {
    return new Metric(
        id,
        new SeriesKey(tuple.getString(5), Keys.tags(tuple.getNestedTuple(6))),
        MetricType.ofCode(tuple.getLong(1)),
        tuple.size() > 12 && tuple.getBoolean(12),
        new Ring(tuple.getLong(4), geometry(tuple.getLong(2), tuple.getLong(3))),
        nextRing(tuple.getNestedTuple(8)),
        tuple.getLong(7),
        offsets(tuple.getNestedTuple(9)),
        tuple.getBoolean(10),
        tuple.size() > 11 ? tuple.getString(11) : "");
  }

  static Tuple offsets(LogOffsets offsets) {
    Tuple tuple = new Tuple();
    for (long offset : offsets.byPartition()) {
      tuple = tuple.add(offset);
    }
    return tuple;
  }

  static LogOffsets offsets(Tuple tuple) {
    List<Object> items = tuple.getItems();
    return new LogOffsets(items.stream().mapToLong(item -> (Long) item).toArray());
  }

  private static Tuple nextRing(@Nullable Ring ring) {
    return ring == null
        ? new Tuple()
        : Tuple.from(ring.id(), ring.geometry().step(), ring.geometry().slots());
  }

  private static @Nullable Ring nextRing(Tuple tuple) {
    return tuple.isEmpty()
        ? null
        : new Ring(tuple.getLong(0), geometry(tuple.getLong(1), tuple.getLong(2)));
  }

  private static RingGeometry geometry(long step, long slots) {
    return new RingGeometry(Math.toIntExact(step), Math.toIntExact(slots));
  }
}
