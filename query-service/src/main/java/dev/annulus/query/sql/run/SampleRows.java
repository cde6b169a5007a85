package dev.annulus.query.sql.run;

import dev.annulus.model.Metric;
import dev.annulus.model.Times;
import dev.annulus.store.RingSlice;
import java.util.HashMap;
import java.util.Map;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/** Samples as rows, by metric id and ts. */
final class SampleRows implements Enumerator<@Nullable Object> {
  private static final int TYPES_PER_READ = 1_000;

  private final ExecutionContext context;
  private final ScanBounds bounds;
  private final MetricIdSet ids;
  private final int[] columns;
  private final boolean needsType;
  private final Map<Long, Byte> types = new HashMap<>();
  private SliceReader reader;
  private RingSlice slice = RingSlice.EMPTY;
  private int at;
  private long metricId;
  private @Nullable Byte type;

  SampleRows(ExecutionContext context, ScanSpec spec, ScanBounds bounds, MetricIdSet ids) {
    this.context = context;
    this.bounds = bounds;
    this.ids = ids;
    this.columns = spec.columns().stream().mapToInt(column -> column).toArray();
    this.needsType = spec.columns().contains(StoreTable.SAMPLE_TYPE);
    this.reader = newReader();
  }

  @Override
  public boolean moveNext() {
    if (++at < slice.size()) {
      return true;
    }
    while (true) {
      RingSlice next = reader.next();
      if (next == null) {
        slice = RingSlice.EMPTY;
        return false;
      }
      if (next.size() > 0) {
        slice = next;
        at = 0;
        metricId = reader.metricId();
        type = needsType ? type(metricId) : null;
        return true;
      }
    }
  }

  @Override
  public @Nullable Object current() {
    if (columns.length == 1) {
      return value(columns[0]);
    }
    @Nullable Object[] row = new @Nullable Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      row[i] = value(columns[i]);
    }
    return row;
  }

  @Override
  public void reset() {
    reader.close();
    reader = newReader();
    slice = RingSlice.EMPTY;
    at = 0;
  }

  @Override
  public void close() {
    reader.close();
    slice = RingSlice.EMPTY;
  }

  private SliceReader newReader() {
    return new SliceReader(context, ids, bounds);
  }

  private @Nullable Object value(int column) {
    return switch (column) {
      case StoreTable.METRIC_ID -> (Object) metricId;
      case StoreTable.TS -> Times.seconds(slice.tsMillis()[at]);
      case StoreTable.TS_MS -> slice.tsMillis()[at];
      case StoreTable.VALUE -> slice.values()[at];
      case StoreTable.SAMPLE_TYPE -> type;
      default -> throw new IllegalArgumentException("no column " + column);
    };
  }

  /** A metric deleted since its samples were read has none any more: 0 is as good as any. */
  private Byte type(long id) {
    if (!types.containsKey(id)) {
      readTypesFrom(id);
    }
    return types.getOrDefault(id, (byte) 0);
  }

  private void readTypesFrom(long id) {
    types.clear();
    int first = 0;
    while (ids.get(first) < id) {
      first++;
    }
    int end = Math.min(ids.size(), first + TYPES_PER_READ);
    for (Metric metric :
        context.budget().await(context.store().registry().get(ids.range(first, end)))) {
      types.put(metric.id(), (byte) metric.type().code());
    }
  }
}
