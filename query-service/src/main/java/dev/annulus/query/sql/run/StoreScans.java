package dev.annulus.query.sql.run;

import dev.annulus.query.sql.SqlErrorCode;
import dev.annulus.query.sql.SqlException;
import java.util.stream.LongStream;
import org.apache.calcite.DataContext;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.jspecify.annotations.Nullable;

/** Opens scans. Generated code calls it. */
public final class StoreScans {
  private StoreScans() {}

  /**
   * The rows of a scan: arrays, or bare values if the scan has one column.
   *
   * @param root the run
   * @param spec what to read
   * @param values of the spec's bounds, one after the other
   * @param source rows that are metric ids, which bound the scan too; null if there is none
   */
  public static Enumerable<@Nullable Object> scan(
      DataContext root, ScanSpec spec, @Nullable Object[] values, @Nullable Enumerable<?> source) {
    ExecutionContext context = ExecutionContext.of(root);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object> enumerator() {
        return open(context, spec, values, source);
      }
    };
  }

  /**
   * The groups of the samples that a scan would give, as rows like those of a scan.
   *
   * @param step of the buckets, a number; null or 0 if they are null
   * @param origin of the buckets, a number; null if they are null
   */
  public static Enumerable<@Nullable Object> groups(
      DataContext root,
      ScanSpec spec,
      @Nullable Object[] values,
      @Nullable Enumerable<?> source,
      GroupSpec groups,
      @Nullable Object step,
      @Nullable Object origin) {
    ExecutionContext context = ExecutionContext.of(root);
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<@Nullable Object> enumerator() {
        ScanBounds bounds = sampleBounds(context, spec, values, source);
        MetricIdSet ids = requiredIds(bounds, context);
        SliceReader reader = new SliceReader(context, ids, bounds);
        return new GroupRows(context.budget(), groups, reader, Grid.of(step, origin));
      }
    };
  }

  private static ScanBounds bounds(
      ExecutionContext context,
      ScanSpec spec,
      @Nullable Object[] values,
      @Nullable Enumerable<?> source) {
    ScanBounds bounds = ScanBounds.of(spec, values);
    if (source != null && !bounds.isEmpty()) {
      bounds.limitIds(idsOf(source, context.budget()));
    }
    return bounds;
  }

  private static ScanBounds sampleBounds(
      ExecutionContext context,
      ScanSpec spec,
      @Nullable Object[] values,
      @Nullable Enumerable<?> source) {
    ScanBounds bounds = bounds(context, spec, values, source);
    limitToRequest(bounds, context, true);
    return bounds;
  }

  private static Enumerator<@Nullable Object> open(
      ExecutionContext context,
      ScanSpec spec,
      @Nullable Object[] values,
      @Nullable Enumerable<?> source) {
    if (spec.table() == StoreTable.SAMPLES) {
      ScanBounds bounds = sampleBounds(context, spec, values, source);
      return new SampleRows(context, spec, bounds, requiredIds(bounds, context));
    }
    ScanBounds bounds = bounds(context, spec, values, source);
    return switch (spec.table()) {
      case SAMPLES -> throw new IllegalStateException("handled above");
      case METRIC_IDS -> {
        limitToRequest(bounds, context, spec.requestBound());
        yield new IdRows(requiredIds(bounds, context));
      }
      case METRICS, METRIC_TAGS ->
          new MetadataRows(context.budget(), spec, bounds, new MetricPages(context, spec, bounds));
    };
  }

  private static void limitToRequest(ScanBounds bounds, ExecutionContext context, boolean bound) {
    if (bound && context.request().metricIds() != null) {
      bounds.limitIds(MetricIdSet.of(context.request().metricIds()));
    }
    bounds.limitTime(context.request().startTs(), context.request().endTs());
  }

  private static MetricIdSet requiredIds(ScanBounds bounds, ExecutionContext context) {
    MetricIdSet ids = bounds.isEmpty() ? MetricIdSet.of(LongStream.empty()) : bounds.ids();
    if (ids == null) {
      throw new SqlException(
          SqlErrorCode.MISSING_BOUND,
          "the table samples is read without a set of metrics",
          null,
          "name metric_ids in the request, or restrict metric_id in the SQL: metric_id = …, IN (…),"
              + " or a join with metrics or metric_tags",
          null);
    }
    checkCount(ids.size(), context.budget());
    return ids;
  }

  private static MetricIdSet idsOf(Enumerable<?> source, QueryBudget budget) {
    LongStream.Builder ids = LongStream.builder();
    int count = 0;
    try (Enumerator<?> rows = source.enumerator()) {
      while (rows.moveNext()) {
        if (count++ % 256 == 0) {
          budget.check();
        }
        // Duplicates count too; the factor leaves room for them.
        checkCount(count / 16, budget);
        Object row = rows.current();
        ids.add(MetricIdSet.idOf(row instanceof Object[] array ? array[0] : row));
      }
    }
    return MetricIdSet.of(ids.build());
  }

  static void checkCount(int metrics, QueryBudget budget) {
    if (metrics > budget.maxMetrics()) {
      throw new SqlException(
          SqlErrorCode.TOO_MANY_METRICS,
          "the query reads more than %d metrics".formatted(budget.maxMetrics()),
          null,
          "restrict name, tag_key and tag_value, or metric_id",
          null);
    }
  }
}
