package dev.annulus.benchmarks.sql;

import dev.annulus.kv.embedded.EmbeddedConfig;
import dev.annulus.kv.embedded.EmbeddedEngine;
import dev.annulus.model.MetricType;
import dev.annulus.model.SeriesKey;
import dev.annulus.model.SeriesSamples;
import dev.annulus.model.SeriesSpec;
import dev.annulus.model.Times;
import dev.annulus.query.sql.CancelSignal;
import dev.annulus.query.sql.SqlLimits;
import dev.annulus.query.sql.SqlRequest;
import dev.annulus.query.sql.plan.SqlCursor;
import dev.annulus.query.sql.plan.SqlEngine;
import dev.annulus.store.LoggedSamples;
import dev.annulus.store.RingStore;
import dev.annulus.store.RingWriter;
import dev.annulus.store.StoreConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Annulus: SQL on the embedded engine. */
final class AnnulusPeer implements SqlPeer {
  private final EmbeddedEngine kv;
  private final RingStore store;
  private final SqlEngine engine;
  private long planningNanos;

  AnnulusPeer(Path directory) {
    kv = EmbeddedEngine.open(EmbeddedConfig.in(directory));
    store = RingStore.open(kv, StoreConfig.DEFAULT).join();
    engine = new SqlEngine(store, SqlLimits.DEFAULT, InstantSource.system(), System::nanoTime);
  }

  SqlEngine engine() {
    return engine;
  }

  /** Planning time of the last query. */
  long planningNanos() {
    return planningNanos;
  }

  @Override
  public String name() {
    return "Annulus";
  }

  @Override
  public void load(Dataset data) {
    RingWriter writer = store.newWriter();
    for (int metric = 1; metric <= data.metrics(); metric++) {
      int id = metric;
      SeriesSpec spec =
          new SeriesSpec(
              (long) id,
              SeriesKey.of("cpu", Map.of("host", "host_" + id)),
              MetricType.GAUGE,
              Times.PER_SECOND,
              data.samples());
      long[] ts =
          IntStream.range(0, data.samples())
              .mapToLong(i -> Times.millis(data.start() + i))
              .toArray();
      double[] values =
          IntStream.range(0, data.samples()).mapToDouble(i -> data.value(id, i)).toArray();
      writer
          .write(
              List.of(new LoggedSamples(new SeriesSamples(spec, ts, values), 0, id, 0, true)),
              Map.of(0, id + 1L))
          .join();
    }
  }

  @Override
  public String sql(Question question, Dataset data, int run) {
    long start = data.start() - run;
    String range = " AND ts BETWEEN %d AND %d".formatted(start, data.end());
    String one = " FROM samples WHERE metric_id = %d".formatted(1 + run % data.metrics()) + range;
    String all =
        " FROM samples WHERE metric_id IN (%s)"
                .formatted(
                    IntStream.rangeClosed(1, data.metrics())
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(", ")))
            + range;
    return switch (question) {
      case MINUTES_OF_ONE ->
          "SELECT ts_bucket(ts, 60) AS bucket, avg(value) AS v"
              + one
              + " GROUP BY bucket ORDER BY bucket";
      case MINUTES_OF_ALL ->
          "SELECT metric_id, ts_bucket(ts, 60) AS bucket, avg(value) AS v"
              + all
              + " GROUP BY metric_id, bucket";
      case SAMPLES_OF_ONE -> "SELECT ts, value" + one + " ORDER BY ts";
      case LARGEST_OF_ALL -> "SELECT metric_id, max(value) AS v" + all + " GROUP BY metric_id";
    };
  }

  @Override
  public Result run(String sql) {
    try (SqlCursor cursor = engine.query(SqlRequest.of(sql, engine.limits()), new CancelSignal())) {
      int last = cursor.columns().size() - 1;
      long rows = 0;
      double sum = 0;
      while (cursor.next()) {
        @Nullable Object[] row = cursor.row();
        rows++;
        sum += row[last] instanceof Number number ? number.doubleValue() : 0;
      }
      planningNanos = cursor.stats().planningNanos();
      return new Result(rows, sum);
    }
  }

  @Override
  public void close() {
    kv.close();
  }
}
