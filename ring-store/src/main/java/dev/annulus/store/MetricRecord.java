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
 * (format, type, step, slots, ring_id, name, (k1, v1, …), created_at,
 *  () or (ring_id, step, slots) of the ring being filled, (log floor by partition), shared_counter
 *  [, owner [, type_inferred]])
 * </pre>
 *
 * <p>Format 1 has steps in seconds. Format 2, written only if some are not whole seconds, has them
 * in milliseconds.
 */
final class MetricRecord {
  private static final long SECONDS = 1;
  private static final long MILLIS = 2;

  private MetricRecord() {}

  static byte[] encode(Metric metric) {
    long format = format(metric);
    Tuple tuple =
        Tuple.from(
            format,
            metric.type().code(),
            step(metric.ring(), format),
            metric.ring().geometry().slots(),
            metric.ring().id(),
            metric.key().name(),
            Keys.tagTuple(metric.key()),
            metric.createdAt(),
            nextRing(metric.nextRing(), format),
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
      if (tuple.getLong(0) != SECONDS && tuple.getLong(0) != MILLIS) {
        throw new StoreException(
            StoreException.Kind.UNUSABLE,
            "the record of metric %d has format %d; this version supports formats %d and %d"
                .formatted(id, tuple.getLong(0), SECONDS, MILLIS));
      }
      return decode(id, tuple);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "the record of metric " + id + " cannot be decoded", e);
    }
  }

  private static long format(Metric metric) {
    Ring next = metric.nextRing();
    return metric.ring().geometry().hasWholeSeconds()
            && (next == null || next.geometry().hasWholeSeconds())
        ? SECONDS
        : MILLIS;
  }

  private static long step(Ring ring, long format) {
    return format == SECONDS ? ring.geometry().stepSeconds() : ring.geometry().stepMillis();
  }

  private static Metric decode(long id, Tuple tuple) {
    long format = tuple.getLong(0);
    return new Metric(
        id,
        new SeriesKey(tuple.getString(5), Keys.tags(tuple.getNestedTuple(6))),
        MetricType.ofCode(tuple.getLong(1)),
        tuple.size() > 12 && tuple.getBoolean(12),
        new Ring(tuple.getLong(4), geometry(format, tuple.getLong(2), tuple.getLong(3))),
        nextRing(format, tuple.getNestedTuple(8)),
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

  private static Tuple nextRing(@Nullable Ring ring, long format) {
    return ring == null
        ? new Tuple()
        : Tuple.from(ring.id(), step(ring, format), ring.geometry().slots());
  }

  private static @Nullable Ring nextRing(long format, Tuple tuple) {
    return tuple.isEmpty()
        ? null
        : new Ring(tuple.getLong(0), geometry(format, tuple.getLong(1), tuple.getLong(2)));
  }

  private static RingGeometry geometry(long format, long step, long slots) {
    return format == SECONDS
        ? RingGeometry.ofSeconds(step, Math.toIntExact(slots))
        : new RingGeometry(step, Math.toIntExact(slots));
  }
}
