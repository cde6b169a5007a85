package dev.annulus.query.sql.run;

import dev.annulus.model.Times;
import dev.annulus.query.sql.function.ValueSet;
import dev.annulus.query.sql.run.ScanSpec.BoundShape;
import dev.annulus.query.sql.run.ScanSpec.Operator;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a scan with their values: sets of texts or ids, and a range of time. A bound whose
 * value is null lets nothing through, as a comparison with null does.
 */
final class ScanBounds {
  private long from = Long.MIN_VALUE;
  private long to = Long.MAX_VALUE;
  private ValueRange values = ValueRange.ALL;
  private boolean empty;
  private @Nullable MetricIdSet ids;
  private final @Nullable Set<String>[] texts;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private ScanBounds(int columns) {
    texts = new Set[columns];
  }

  static ScanBounds of(ScanSpec spec, @Nullable Object[] values) {
    ScanBounds bounds = new ScanBounds(spec.table().columns().size());
    int next = 0;
    for (BoundShape shape : spec.bounds()) {
      if (spec.table() == StoreTable.SAMPLES && shape.column() == StoreTable.TS) {
        bounds.limitTime(shape.operator(), values[next], true);
      } else if (spec.table() == StoreTable.SAMPLES && shape.column() == StoreTable.TS_MS) {
        bounds.limitTime(shape.operator(), values[next], false);
      } else if (spec.table() == StoreTable.SAMPLES && shape.column() == StoreTable.VALUE) {
        bounds.limitValue(shape.operator(), values[next]);
      } else if (shape.column() == StoreTable.METRIC_ID) {
        bounds.limitIds(MetricIdSet.of(values, next, next + shape.values()));
      } else {
        bounds.limitText(shape.column(), values, next, next + shape.values());
      }
      next += shape.values();
    }
    return bounds;
  }

  /** Whether no row can pass. */
  boolean isEmpty() {
    return empty || from > to;
  }

  /** Epoch milliseconds, inclusive. */
  long from() {
    return from;
  }

  /** Epoch milliseconds, inclusive. */
  long to() {
    return to;
  }

  /** The values of samples that may pass. */
  ValueRange values() {
    return values;
  }

  /** The ids that may pass; null for any. */
  @Nullable MetricIdSet ids() {
    return ids;
  }

  /** The texts of a column that may pass; null for any. */
  @Nullable Set<String> texts(int column) {
    return texts[column];
  }

  void limitIds(MetricIdSet others) {
    ids = ids == null ? others : ids.intersect(others);
  }

  /** Keeps the range within two inclusive ends, epoch seconds; null for an open one. */
  void limitTime(@Nullable Long start, @Nullable Long end) {
    if (start != null) {
      limitStart(start, true);
    }
    if (end != null) {
      limitEnd(end, true);
    }
  }

  /** Keeps the range from the start of a second, or from a millisecond, on. */
  private void limitStart(long time, boolean seconds) {
    from = Math.max(from, seconds ? Times.millis(time) : time);
  }

  /** Keeps the range up to the end of a second, or up to a millisecond. */
  private void limitEnd(long time, boolean seconds) {
    to = Math.min(to, seconds ? Times.lastMillis(time) : time);
  }

  private void limitValue(Operator operator, @Nullable Object value) {
    if (value instanceof Number number) {
      this.values = this.values.and(operator, number.doubleValue());
    } else {
      empty = true;
    }
  }

  private void limitTime(Operator operator, @Nullable Object value, boolean seconds) {
    if (operator == Operator.IN) {
      limitTime(Operator.AT_LEAST, value, seconds);
      limitTime(Operator.AT_MOST, value, seconds);
      return;
    }
    if (!(value instanceof Number number)) {
      empty = true;
      return;
    }
    double d = number.doubleValue();
    if (Double.isNaN(d) || Math.abs(d) > 0x1p62) {
      limitFar(operator, !(d < 0));
    } else if (number instanceof Double
        || number instanceof Float
        || number instanceof BigDecimal) {
      limitFraction(operator, d, seconds);
    } else {
      limitWhole(operator, number.longValue(), seconds);
    }
  }

  /** Beyond every ts there is, as NaN: either no bound at all or one that nothing passes. */
  private void limitFar(Operator operator, boolean future) {
    boolean wantsLater = operator == Operator.AT_LEAST || operator == Operator.ABOVE;
    empty |= wantsLater == future;
  }

  private void limitFraction(Operator operator, double value, boolean seconds) {
    switch (operator) {
      case AT_LEAST -> limitStart((long) Math.ceil(value), seconds);
      case ABOVE -> limitStart((long) Math.floor(value) + 1, seconds);
      case AT_MOST -> limitEnd((long) Math.floor(value), seconds);
      case BELOW -> limitEnd((long) Math.ceil(value) - 1, seconds);
      case IN -> throw new IllegalStateException("not a range");
    }
  }

  private void limitWhole(Operator operator, long value, boolean seconds) {
    switch (operator) {
      case AT_LEAST -> limitStart(value, seconds);
      case ABOVE -> limitStart(value + 1, seconds);
      case AT_MOST -> limitEnd(value, seconds);
      case BELOW -> limitEnd(value - 1, seconds);
      case IN -> throw new IllegalStateException("not a range");
    }
  }

  private void limitText(int column, @Nullable Object[] values, int from, int to) {
    Set<String> wanted = new LinkedHashSet<>();
    for (int i = from; i < to; i++) {
      if (values[i] instanceof String text) {
        wanted.add(text);
      } else if (values[i] instanceof ValueSet set) {
        wanted.addAll(set.texts());
      }
    }
    Set<String> before = texts[column];
    if (before != null) {
      wanted.retainAll(new HashSet<>(before));
    }
    texts[column] = wanted;
  }
}
