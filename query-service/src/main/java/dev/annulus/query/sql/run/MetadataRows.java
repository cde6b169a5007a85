package dev.annulus.query.sql.run;

import dev.annulus.model.Metric;
import dev.annulus.model.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/** Metrics, or their tags, as rows by metric id. */
final class MetadataRows implements Enumerator<@Nullable Object> {
  private final QueryBudget budget;
  private final ScanSpec spec;
  private final ScanBounds bounds;
  private final MetricPages pages;
  private List<@Nullable Object> rows = List.of();
  private int at;

  MetadataRows(QueryBudget budget, ScanSpec spec, ScanBounds bounds, MetricPages pages) {
    this.budget = budget;
    this.spec = spec;
    this.bounds = bounds;
    this.pages = pages;
  }

  @Override
  public boolean moveNext() {
    if (++at < rows.size()) {
      return true;
    }
    while (true) {
      budget.check();
      List<Metric> page = pages.next();
      if (page.isEmpty()) {
        rows = List.of();
        return false;
      }
      rows = new ArrayList<>();
      page.forEach(this::add);
      if (!rows.isEmpty()) {
        at = 0;
        return true;
      }
    }
  }

  @Override
  public @Nullable Object current() {
    return rows.get(at);
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("a scan is opened anew instead");
  }

  @Override
  public void close() {
    rows = List.of();
  }

  private void add(Metric metric) {
    if (spec.table() == StoreTable.METRICS) {
      if (passes(StoreTable.NAME, metric.key().name())) {
        rows.add(row(metric, null));
      }
      return;
    }
    for (Tag tag : metric.key().tags()) {
      if (passes(StoreTable.TAG_KEY, tag.key()) && passes(StoreTable.TAG_VALUE, tag.value())) {
        rows.add(row(metric, tag));
      }
    }
  }

  private boolean passes(int column, String text) {
    Set<String> wanted = bounds.texts(column);
    return wanted == null || wanted.contains(text);
  }

  private @Nullable Object row(Metric metric, @Nullable Tag tag) {
    List<Integer> columns = spec.columns();
    if (columns.size() == 1) {
      return value(metric, tag, columns.get(0));
    }
    @Nullable Object[] row = new @Nullable Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = value(metric, tag, columns.get(i));
    }
    return row;
  }

  private static Object value(Metric metric, @Nullable Tag tag, int column) {
    if (column == StoreTable.METRIC_ID) {
      return metric.id();
    }
    if (tag != null) {
      return column == StoreTable.TAG_KEY ? tag.key() : tag.value();
    }
    return switch (column) {
      case StoreTable.NAME -> metric.key().name();
      case StoreTable.METRIC_TYPE -> (byte) metric.type().code();
      case StoreTable.STEP -> metric.ring().geometry().stepSeconds();
      case StoreTable.STEP_MS -> metric.ring().geometry().stepMillis();
      case StoreTable.SLOTS -> (long) metric.ring().geometry().slots();
      default -> throw new IllegalArgumentException("no column " + column);
    };
  }
}
